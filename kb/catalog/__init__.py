"""The texts themselves: laws, provisions, villages, rules, cases, reviewed Q&A, sources."""
