all = Klanten worden gemaakt in elk land dat Microsoft uw organisatie toestaat. PORTAL_COUNTRIES beperkt dat.
only = Klanten worden alleen in deze landen gemaakt (PORTAL_COUNTRIES): { $names }.
wanted = Microsoft vroeg om een registratienummer, dus vraagt het formulier erom
not_wanted = Microsoft weigerde een registratienummer, dus hoeft niemand er een op te geven
format = Microsoft noemde de notatie van registratienummers: { $regex }
several_times = { $lesson }, { $times } keer
changed = { $count ->
    [one] Microsoft heeft de regels één keer gewijzigd, laatst gezien op { $at }
   *[other] Microsoft heeft de regels { $count } keer gewijzigd, laatst gezien op { $at }
}
country_or_region = Land of regio
what_is_new = Wat er nieuw is
action = Actie
countries = Landen
not_used = Niet gebruikt: { $words }
forget_what_was_learned = Vergeet wat is geleerd
