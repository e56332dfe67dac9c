ask_for_a_relationship_instead = 改為要求建立關係，而不是新增租用戶
back_to_the_details = 返回詳細資料
create_a_new_tenant_all = 仍然建立新租用戶
see_it = 查看
we_found_no_sign_of = 我們沒有發現此公司有租用戶的跡象。這不能證明任何事：請詢問客戶。
why_we_think_that_there = 我們認為已有租用戶的原因
send_this_to_the_customer = 將此內容寄給客戶
a_global_administrator_of_the = 必須由客戶租用戶的全域管理員接受。此連結對您的所有客戶都相同，且不含機密。
what_happens_then = 接下來會發生什麼事
microsoft_tells_nobody_when_the = 客戶接受時，Microsoft 不會通知任何人。之後租用戶會出現在合作夥伴中心的客戶清單中，入口網站每小時讀取一次。
admin_roles_gdap_do_not = 不包含系統管理員角色 (GDAP)。關係建立後，須在合作夥伴中心要求。
your_draft_stays_as_it = 在您繼續之前，草稿會保持原狀。未將任何內容送至 Microsoft。
request_a_reseller_relationship = 要求轉銷商關係
try_again_in_a_moment = 請稍後再試。在合作夥伴中心，它位於「客戶」、{ $relationship }之下。Microsoft 的整合沙箱中沒有。
try_again = 再試一次
the_customer = 客戶
through = （透過 { $name }）
the_message = 訊息
partner_center_did_not_give = 合作夥伴中心目前未提供連結
letter = 
    您好：

    為了處理貴組織的 Microsoft 租用戶{ $on_behalf }，我們需要您同意建立轉銷商關係。請由 { $company } 的全域管理員開啟下列網址、登入並接受：

    { $link }

    這不會變更租用戶中的任何內容，且可隨時終止。
