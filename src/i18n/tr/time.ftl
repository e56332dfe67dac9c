# Dates as CLDR has them (`yMMMMd`, months in running text), and distances as its relative times.
date = { $day } { $month ->
     [m1] Ocak
     [m2] Şubat
     [m3] Mart
     [m4] Nisan
     [m5] Mayıs
     [m6] Haziran
     [m7] Temmuz
     [m8] Ağustos
     [m9] Eylül
     [m10] Ekim
     [m11] Kasım
    *[m12] Aralık
} { $year }
exact = { $date } { $time } UTC
just_now = şimdi
minutes_ago = { $count } dakika önce
in_minutes = { $count } dakika sonra
hours_ago = { $count } saat önce
in_hours = { $count } saat sonra
days_ago = { $count } gün önce
in_days = { $count } gün sonra
