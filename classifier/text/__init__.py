"""Text: fold, segment, tokens, classes, streams. Every offset indexes the text as submitted, in code points."""
