copied = Gekopieerd
not_allowed = De browser stond kopiëren niet toe. Selecteer de tekst en kopieer die
