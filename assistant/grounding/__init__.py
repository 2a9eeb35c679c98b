"""The citation check: does a text cite what exists, holds, and says what the text says?"""
