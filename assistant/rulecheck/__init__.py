"""The village-rule check: which clauses overstep the law."""
