"""The coding desk: a local web application in which evidence is entered and coded. Files stay the truth."""
