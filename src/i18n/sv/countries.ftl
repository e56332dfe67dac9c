all = Kunder skapas i alla länder som Microsoft tillåter din organisation. PORTAL_COUNTRIES begränsar dem.
only = Kunder skapas bara i dessa länder (PORTAL_COUNTRIES): { $names }.
wanted = Microsoft frågade efter ett organisationsnummer, så formuläret frågar efter ett
not_wanted = Microsoft avvisade ett organisationsnummer, så ingen måste ange ett
format = Microsoft angav formatet för organisationsnummer: { $regex }
several_times = { $lesson }, { $times } gånger
changed = { $count ->
    [one] Microsoft har ändrat reglerna en gång, senast sett { $at }
   *[other] Microsoft har ändrat reglerna { $count } gånger, senast sett { $at }
}
country_or_region = Land eller region
what_is_new = Vad som är nytt
action = Åtgärd
countries = Länder
not_used = Används inte: { $words }
forget_what_was_learned = Glöm det som lärts in
