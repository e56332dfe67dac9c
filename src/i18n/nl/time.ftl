# Dates as CLDR has them (`yMMMMd`, months in running text), and distances as its relative times.
date = { $day } { $month ->
     [m1] januari
     [m2] februari
     [m3] maart
     [m4] april
     [m5] mei
     [m6] juni
     [m7] juli
     [m8] augustus
     [m9] september
     [m10] oktober
     [m11] november
    *[m12] december
} { $year }
exact = { $date } om { $time } UTC
just_now = zojuist
minutes_ago = { $count ->
    [one] { $count } minuut geleden
   *[other] { $count } minuten geleden
}
in_minutes = { $count ->
    [one] over { $count } minuut
   *[other] over { $count } minuten
}
hours_ago = { $count } uur geleden
in_hours = over { $count } uur
days_ago = { $count ->
    [one] { $count } dag geleden
   *[other] { $count } dagen geleden
}
in_days = { $count ->
    [one] over { $count } dag
   *[other] over { $count } dagen
}
