copied = Kopierat
not_allowed = Webbläsaren tillät inte kopiering. Markera texten och kopiera den
