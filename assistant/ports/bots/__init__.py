"""The chat in the chat programs of offices: WeCom (企业微信) and DingTalk (钉钉)."""
