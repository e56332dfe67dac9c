ask_for_a_relationship_instead = Yeni bir kiracı yerine ilişki isteyin
back_to_the_details = Ayrıntılara dön
create_a_new_tenant_all = Yine de yeni bir kiracı oluştur
see_it = Gör
we_found_no_sign_of = Bu şirketin bir kiracısı olduğuna dair bir iz bulamadık. Bu bir şey kanıtlamaz: müşteriye sorun.
why_we_think_that_there = Neden bir kiracı olduğunu düşünüyoruz
send_this_to_the_customer = Bunu müşteriye gönderin
a_global_administrator_of_the = Müşterinin kiracısındaki bir genel yöneticinin kabul etmesi gerekir. Bağlantı tüm müşterileriniz için aynıdır ve gizli bir şey içermez.
what_happens_then = Sonra ne olur
microsoft_tells_nobody_when_the = Müşteri kabul ettiğinde Microsoft kimseye bildirmez. Kiracı bundan sonra İş Ortağı Merkezi'nin müşteri listesinde yer alır; portal bu listeyi saatte bir okur.
admin_roles_gdap_do_not = Yönetici rolleri (GDAP) bununla gelmez. İlişki kurulduğunda İş Ortağı Merkezi'nde istenir.
your_draft_stays_as_it = Taslağınız, siz devam edene kadar olduğu gibi kalır. Microsoft'a hiçbir şey gönderilmedi.
request_a_reseller_relationship = Satıcı ilişkisi iste
try_again_in_a_moment = Biraz sonra yeniden deneyin. İş Ortağı Merkezi'nde Müşteriler, { $relationship } altındadır. Microsoft'un tümleştirme korumalı alanında yoktur.
try_again = Yeniden dene
the_customer = müşteri
through = , { $name } aracılığıyla,
the_message = ileti
partner_center_did_not_give = İş Ortağı Merkezi bağlantıyı şu anda vermedi
letter = 
    Merhaba,

    Microsoft kiracınızla{ $on_behalf } çalışabilmek için bir satıcı ilişkisine onayınız gerekiyor. { $company } genel yöneticilerinden biri bu adresi açar, oturum açar ve kabul eder:

    { $link }

    Bununla kiracınızda hiçbir şey değişmez ve ilişki istenildiği zaman sona erdirilebilir.
