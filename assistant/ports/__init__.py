"""The chat in other programs' protocols: OpenAI's, WeCom's, DingTalk's."""
