# Dates as CLDR has them (`yMMMMd`, months in running text), and distances as its relative times.
date = { $year }年{ $month ->
     [m1] 1
     [m2] 2
     [m3] 3
     [m4] 4
     [m5] 5
     [m6] 6
     [m7] 7
     [m8] 8
     [m9] 9
     [m10] 10
     [m11] 11
    *[m12] 12
}月{ $day }日
exact = { $date } { $time } UTC
just_now = 剛剛
minutes_ago = { $count } 分鐘前
in_minutes = { $count } 分鐘後
hours_ago = { $count } 小時前
in_hours = { $count } 小時後
days_ago = { $count } 天前
in_days = { $count } 天後
