"""What explains a score and how far it can be trusted: a module for each question, named like its command."""
