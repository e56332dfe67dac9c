# Dates as CLDR has them (`yMMMMd`, months in running text), and distances as its relative times.
date = { $day } { $month ->
     [m1] januari
     [m2] februari
     [m3] mars
     [m4] april
     [m5] maj
     [m6] juni
     [m7] juli
     [m8] augusti
     [m9] september
     [m10] oktober
     [m11] november
    *[m12] december
} { $year }
exact = { $date } kl. { $time } UTC
just_now = nyss
minutes_ago = { $count ->
    [one] för { $count } minut sedan
   *[other] för { $count } minuter sedan
}
in_minutes = { $count ->
    [one] om { $count } minut
   *[other] om { $count } minuter
}
hours_ago = { $count ->
    [one] för { $count } timme sedan
   *[other] för { $count } timmar sedan
}
in_hours = { $count ->
    [one] om { $count } timme
   *[other] om { $count } timmar
}
days_ago = { $count ->
    [one] för { $count } dag sedan
   *[other] för { $count } dagar sedan
}
in_days = { $count ->
    [one] om { $count } dag
   *[other] om { $count } dagar
}
