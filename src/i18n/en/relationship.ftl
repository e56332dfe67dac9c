ask_for_a_relationship_instead = Ask for a relationship instead of a new tenant
back_to_the_details = Back to the details
create_a_new_tenant_all = Create a new tenant all the same
see_it = See it
we_found_no_sign_of = We found no sign of a tenant of this company. That proves nothing: ask the customer.
why_we_think_that_there = Why we think that there is a tenant
send_this_to_the_customer = Send this to the customer
a_global_administrator_of_the = A global administrator of the customer's tenant has to accept. The link is the same for every customer of yours and holds no secret.
what_happens_then = What happens then
microsoft_tells_nobody_when_the = Microsoft tells nobody when the customer accepts. The tenant then stands in Partner Center's list of customers, which this portal reads every hour.
admin_roles_gdap_do_not = Admin roles (GDAP) do not come with it. They are asked for in Partner Center, once the relationship is there.
your_draft_stays_as_it = Your draft stays as it is until you go on with it. Nothing was sent to Microsoft.
request_a_reseller_relationship = Request a reseller relationship
try_again_in_a_moment = Try again in a moment. In Partner Center itself it is under Customers, { $relationship }. There is none in Microsoft's integration sandbox.
try_again = Try again
the_customer = the customer
through = , through { $name },
the_message = the message
partner_center_did_not_give = Partner Center did not give the link just now
letter = 
    Hello,

    to work with your Microsoft tenant{ $on_behalf } we need your consent to a reseller relationship. A global administrator of { $company } opens this address, signs in, and accepts:

    { $link }

    Nothing in your tenant changes by that, and it can be ended at any time.
