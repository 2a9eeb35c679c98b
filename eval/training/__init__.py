"""From questions and articles to the shipped retrieval model: data, training, cross-validation, export."""
