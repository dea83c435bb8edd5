"""From a page to statements: its sentences, what codes them, what repeats them; nothing here codes by itself."""
