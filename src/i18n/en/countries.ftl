all = Customers are created in every country that Microsoft allows your organisation. PORTAL_COUNTRIES limits them.
only = Customers are created in these countries alone (PORTAL_COUNTRIES): { $names }.
wanted = Microsoft asked for a registration number, so the form asks for one
not_wanted = Microsoft refused a registration number, so nobody has to give one
format = Microsoft named the format of registration numbers: { $regex }
several_times = { $lesson }, { $times } times
changed = { $count ->
    [one] Microsoft has changed the rules once, last seen on { $at }
   *[other] Microsoft has changed the rules { $count } times, last seen on { $at }
}
country_or_region = Country or region
what_is_new = What is new
action = Action
countries = Countries
not_used = Not used: { $words }
forget_what_was_learned = Forget what was learned
