ask_for_a_relationship_instead = Be om en relation i stället för en ny klientorganisation
back_to_the_details = Tillbaka till uppgifterna
create_a_new_tenant_all = Skapa ändå en ny klientorganisation
see_it = Visa
we_found_no_sign_of = Vi hittade inget tecken på att företaget har en klientorganisation. Det bevisar inget: fråga kunden.
why_we_think_that_there = Varför vi tror att det finns en klientorganisation
send_this_to_the_customer = Skicka detta till kunden
a_global_administrator_of_the = En global administratör i kundens klientorganisation måste godkänna. Länken är densamma för alla era kunder och innehåller ingen hemlighet.
what_happens_then = Vad som händer sedan
microsoft_tells_nobody_when_the = Microsoft meddelar ingen när kunden godkänner. Klientorganisationen finns sedan i Partnercenters lista över kunder, som portalen läser varje timme.
admin_roles_gdap_do_not = Administratörsroller (GDAP) följer inte med. De begärs i Partnercenter när relationen finns.
your_draft_stays_as_it = Ditt utkast förblir som det är tills du fortsätter med det. Inget har skickats till Microsoft.
request_a_reseller_relationship = Begär en återförsäljarrelation
try_again_in_a_moment = Försök igen om en stund. I själva Partnercenter finns det under Kunder, { $relationship }. I Microsofts integreringssandbox finns ingen.
try_again = Försök igen
the_customer = kunden
through = , genom { $name },
the_message = meddelandet
partner_center_did_not_give = Partnercenter gav inte länken just nu
letter = 
    Hej,

    för att arbeta med er klientorganisation hos Microsoft{ $on_behalf } behöver vi ert medgivande till en återförsäljarrelation. En global administratör hos { $company } öppnar den här adressen, loggar in och godkänner:

    { $link }

    Inget i er klientorganisation ändras av det, och relationen kan avslutas när som helst.
