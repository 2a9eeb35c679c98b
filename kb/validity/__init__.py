"""When a text is law: computed from dates, versions, repeal clauses and corrections."""
