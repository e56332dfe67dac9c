//! The form in the browser: listens, lets the model change, brings the document in line, asks the portal.

use std::{cell::RefCell, rc::Rc};

use leptos::server_fn::ServerFn;
use serde::Serialize;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{FocusEvent, HtmlButtonElement, KeyboardEvent, SubmitEvent};

use super::{
    ROOT_ID,
    advice::{DOMAINS, KEPT_ID, REASON_ID, USE_DOMAIN},
    combobox::{Found, Offer, Step, option_at, option_id},
    keep,
    model::{Effect, Event, Model, Question, Start},
    split::SplitStep,
    values,
    view::{ServerParts, page},
};
use crate::{
    api::{
        CheckAddress, CheckDomain, CheckReseller, FindTenant, LoadCountryRules, LoadUsualChoices, ResellerMatches,
        SearchResellers, SplitAddress,
    },
    domain::{Field, NewCustomerForm, ResellerChoice},
    error::PortalError,
    i18n::p,
    islands::{ask::ask_then, browser, patch::patch},
    json::{self, Read},
};

/// How long typing must rest, in milliseconds, before the portal is asked about what was typed.
const REST: i32 = 500;
/// The same, before resellers are searched.
const SEARCH_REST: i32 = 150;
/// For so many milliseconds a second click sends nothing.
const DOUBLE_CLICK: i32 = 2_000;

/// The living form.
struct Form {
    root: web_sys::Element,
    model: RefCell<Model>,
}

/// Takes the server's form over.
pub(super) fn start() {
    let Some(root) = browser::element(ROOT_ID) else { return };
    let start = root.get_attribute("data-start").unwrap_or_default();
    let Some(start) = json::read::<Start>(&start) else { return };
    crate::i18n::keep(const { crate::i18n::area::form.number() }, start.phrases.clone());
    let form = Rc::new(Form { model: RefCell::new(Model::new(start, typed_so_far())), root });
    form.listen();
    let effects = form.model.borrow_mut().begin();
    form.show();
    form.run(effects);
    keep::start(&form.root);
}

/// What is in the controls: printed by the server, kept by the browser, or typed before the script came.
fn typed_so_far() -> NewCustomerForm {
    let mut form = NewCustomerForm::default();
    for field in Field::ALL {
        let name = field.name();
        let value = if field == Field::CustomerOf { browser::radio_value(name) } else { browser::value(name) };
        values::put(&mut form, field, value.unwrap_or_default());
    }
    form.address_kept = browser::value(KEPT_ID).unwrap_or_default();
    form.address_reason = browser::value(REASON_ID).unwrap_or_default();
    form
}

impl Form {
    fn listen(self: &Rc<Self>) {
        self.on("input", |form, event| {
            if let Some((field, value)) = field_value(event) {
                form.happen(Event::Typed(field, value));
            } else if browser::is_at(event, REASON_ID) {
                form.happen(Event::Reason(browser::value(REASON_ID).unwrap_or_default()));
            }
        });
        self.on("focusout", |form, event| {
            let to = event.dyn_ref::<FocusEvent>().and_then(FocusEvent::related_target);
            // On the way to a button nothing may appear: what is below would move away from under the pointer.
            if let Some((field, _)) = field_value(event)
                && (field == Field::Reseller || !browser::is_button(to))
            {
                form.happen(Event::Left(field));
            }
        });
        self.on("submit", Self::submit);
        self.on("keydown", Self::key);
        self.on("click", Self::click);
        self.on("paste", |form, event| {
            if browser::is_at(event, Field::AddressLine1.name())
                && let Some(text) = browser::pasted(event)
            {
                form.happen(Event::Pasted(text));
            }
        });
        self.on("mousedown", |_, event| {
            if browser::closest(event, "[data-keep-focus]").is_some() {
                event.prevent_default();
            }
        });
    }

    fn on(self: &Rc<Self>, event: &str, act: fn(&Rc<Self>, &web_sys::Event)) {
        let form = Rc::clone(self);
        browser::listen(&self.root, event, move |event| act(&form, &event));
    }

    /// Lets something happen, shows it, and does what follows.
    fn happen(self: &Rc<Self>, event: Event) {
        // While the document is brought in line the browser may say that a field was left; nobody left it.
        let Ok(mut model) = self.model.try_borrow_mut() else { return };
        let effects = model.update(event);
        drop(model);
        self.show();
        self.run(effects);
    }

    fn show(&self) {
        let Ok(model) = self.model.try_borrow_mut() else { return };
        patch(&self.root, &page(&model, ServerParts::default()));
    }

    fn run(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(question) => spawn_local(Rc::clone(self).ask(question)),
                // Without an answer the form stays as it is, and the server judges it.
                Effect::AskRules(country) => Rc::clone(self).put(&LoadCountryRules { country }, |answer| {
                    answer.ok().map(|rules| Event::Rules(Box::new(rules)))
                }),
                // Without an answer the form begins as it always does.
                Effect::AskUsual(reseller) => Rc::clone(self)
                    .put(&LoadUsualChoices { reseller: reseller.clone() }, |answer| {
                        answer.ok().map(|usual| Event::Usual(reseller, usual))
                    }),
                Effect::AskSplit { text, country } => Rc::clone(self)
                    .put(&SplitAddress { text, country }, |answer| Some(Event::MayBeSplit(answer.unwrap_or_default()))),
                Effect::Search { query, at_once } => spawn_local(Rc::clone(self).search(query, at_once)),
                Effect::Focus(id) => browser::focus(id),
                Effect::ShowOption(at) => browser::scroll_into_view(&option_id(at)),
                Effect::MarkTitle => browser::mark_title(&p!(form.error)),
                Effect::Wait => {
                    let form = Rc::clone(self);
                    spawn_local(async move {
                        browser::pause(DOUBLE_CLICK).await;
                        form.happen(Event::SentLongAgo);
                    });
                }
            }
        }
    }

    fn submit(self: &Rc<Self>, event: &web_sys::Event) {
        let button = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
        let button = button.and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
        let intent = button.map_or_else(String::new, |button| button.value());
        if let Some(prefix) = intent.strip_prefix(USE_DOMAIN) {
            event.prevent_default();
            return self.happen(Event::UseDomain(prefix.to_owned()));
        }
        if intent.starts_with(DOMAINS) {
            event.prevent_default();
            return self.happen(Event::OtherDomains);
        }
        // A draft may be as unfinished as it likes.
        if !matches!(intent.as_str(), "" | "continue") {
            return;
        }
        if !self.model.borrow().may_send() {
            event.prevent_default();
        }
        self.happen(Event::Continue);
    }

    fn key(self: &Rc<Self>, event: &web_sys::Event) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if !browser::is_at(event, Field::Reseller.name()) || key.is_composing() || key.ctrl_key() || key.meta_key() {
            return;
        }
        let step = self.model.borrow().list.step(&key.key(), key.alt_key());
        let Some(step) = step else { return };
        if step != Step::Edit {
            event.prevent_default();
        }
        self.happen(Event::List(step));
    }

    fn click(self: &Rc<Self>, event: &web_sys::Event) {
        if let Some(option) = browser::closest(event, "[role=option]") {
            if let Some(at) = option_at(&option.id()) {
                self.happen(Event::List(Step::Take(at)));
            }
            return;
        }
        let act = browser::closest(event, "[data-act]").and_then(|button| button.get_attribute("data-act"));
        match act.as_deref() {
            Some("list") => {
                browser::focus(Field::Reseller.name());
                let is_open = self.model.borrow().list.open;
                self.happen(Event::List(if is_open { Step::Close } else { Step::Open(None) }));
            }
            Some("split") => self.happen(Event::Split(SplitStep::Use)),
            Some("no-split") => self.happen(Event::Split(SplitStep::Leave)),
            Some("undo-split") => self.happen(Event::Split(SplitStep::Undo)),
            Some("keep-address") => self.happen(Event::KeepAddress),
            Some(act) => {
                if let Some(place) = act.strip_prefix("use-address-").and_then(|place| place.parse().ok()) {
                    self.happen(Event::UseAddress(place));
                }
            }
            None => {}
        }
    }

    /// Asks once typing rests.
    async fn ask(self: Rc<Self>, question: Question) {
        browser::pause(REST).await;
        // Another question is on its way.
        if !self.model.borrow().stands(&question) {
            return;
        }
        self.happen(Event::Asking(question.clone()));
        match question {
            Question::Domain(question) => {
                self.put(&CheckDomain { question: question.clone() }, |answer| Some(Event::Domain(question, answer)));
            }
            Question::Address(address) => {
                self.put(&CheckAddress { address: address.clone() }, |answer| Some(Event::Address(address, answer)));
            }
            Question::Readiness(reseller) => self
                .put(&CheckReseller { reseller: reseller.clone() }, |answer| Some(Event::Readiness(reseller, answer))),
            Question::Tenant(question) => {
                self.put(&FindTenant { question: question.clone() }, |answer| Some(Event::Tenant(question, answer)));
            }
        }
    }

    async fn search(self: Rc<Self>, query: String, at_once: bool) {
        if !at_once {
            browser::pause(SEARCH_REST).await;
        }
        if self.model.borrow().form.reseller_search != query {
            return;
        }
        self.put(&SearchResellers { query: query.clone() }, |answer| {
            let focused = browser::focused() == Field::Reseller.name();
            Some(Event::Resellers { query, answer: answer.map(found), focused })
        });
    }

    /// Asks the portal, and lets happen what follows from the answer.
    fn put<F>(
        self: Rc<Self>,
        question: &F,
        event: impl FnOnce(Result<F::Output, PortalError>) -> Option<Event> + 'static,
    ) where
        F: ServerFn<Error = PortalError> + Serialize,
        F::Output: Read,
    {
        ask_then(question, move |answer| {
            if let Some(event) = event(answer) {
                browser::keep_focus_in_view(|| self.happen(event));
            }
        });
    }
}

/// What a search has found, in words; names of countries come from the list that is on the page anyway.
fn found(answer: ResellerMatches) -> Found {
    let offer = |reseller: ResellerChoice| {
        let place = browser::option_text(Field::Country.name(), &reseller.location);
        let place = place.unwrap_or_else(|| reseller.location.clone());
        Offer::new(reseller, &place)
    };
    Found { offers: answer.matches.into_iter().map(offer).collect(), total: answer.total }
}

/// The field that an event is about, and what is in it.
fn field_value(event: &web_sys::Event) -> Option<(Field, String)> {
    let (name, value) = browser::named_value(event.target())?;
    let field = Field::from_name(&name)?;
    let value = if field == Field::CustomerOf { browser::radio_value(&name).unwrap_or_default() } else { value };
    Some((field, value))
}
