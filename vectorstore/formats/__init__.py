"""Files of every kind to one: a document, its text in Markdown's line marks, and what the file tells of its origin."""
