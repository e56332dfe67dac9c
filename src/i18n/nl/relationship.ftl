ask_for_a_relationship_instead = Een relatie vragen in plaats van een nieuwe tenant
back_to_the_details = Terug naar de gegevens
create_a_new_tenant_all = Toch een nieuwe tenant maken
see_it = Bekijken
we_found_no_sign_of = We hebben geen teken gevonden van een tenant van dit bedrijf. Dat bewijst niets: vraag het de klant.
why_we_think_that_there = Waarom we denken dat er een tenant is
send_this_to_the_customer = Stuur dit naar de klant
a_global_administrator_of_the = Een globale beheerder van de tenant van de klant moet accepteren. De link is voor al uw klanten dezelfde en bevat geen geheim.
what_happens_then = Wat er daarna gebeurt
microsoft_tells_nobody_when_the = Microsoft laat niemand weten wanneer de klant accepteert. De tenant staat dan in de lijst met klanten van Partnercentrum, die deze portal elk uur leest.
admin_roles_gdap_do_not = Beheerdersrollen (GDAP) horen er niet bij. Die worden in Partnercentrum aangevraagd zodra de relatie er is.
your_draft_stays_as_it = Uw concept blijft zoals het is totdat u ermee doorgaat. Er is niets naar Microsoft verzonden.
request_a_reseller_relationship = Een resellerrelatie aanvragen
try_again_in_a_moment = Probeer het zo opnieuw. In Partnercentrum zelf staat het onder Klanten, { $relationship }. In de integratiesandbox van Microsoft is er geen.
try_again = Opnieuw proberen
the_customer = de klant
through = , via { $name },
the_message = het bericht
partner_center_did_not_give = Partnercentrum gaf de link nu niet
letter = 
    Hallo,

    om met uw Microsoft-tenant te werken{ $on_behalf } hebben we uw toestemming voor een resellerrelatie nodig. Een globale beheerder van { $company } opent dit adres, meldt zich aan en accepteert:

    { $link }

    Er verandert daardoor niets in uw tenant, en de relatie kan op elk moment worden beëindigd.
