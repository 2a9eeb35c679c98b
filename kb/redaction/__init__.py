"""Personal data out of texts, and back: 个人信息保护法第二十八条、第五十一条 ask for it."""
