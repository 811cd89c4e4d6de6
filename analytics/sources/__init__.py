"""One module per publication, from its file to tidy rows; nothing else knows a column name of theirs."""
