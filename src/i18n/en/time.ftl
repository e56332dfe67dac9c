# Dates as CLDR has them (`yMMMMd`, months in running text), and distances as its relative times.
date = { $day } { $month ->
     [m1] January
     [m2] February
     [m3] March
     [m4] April
     [m5] May
     [m6] June
     [m7] July
     [m8] August
     [m9] September
     [m10] October
     [m11] November
    *[m12] December
} { $year }
exact = { $date }, { $time } UTC
just_now = just now
minutes_ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
in_minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
hours_ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
in_hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
days_ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
in_days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
