copied = Copied
not_allowed = The browser did not allow copying. Select the text and copy it
