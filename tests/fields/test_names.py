"""What the shipped rules say of several hundred names that people give to columns, properties and event fields."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from policycheck.fields.judge import Judge
from policycheck.library.classification import load_rules

#: Category -> paths; "-" is what nothing tells.
NAMES = {
    "user.contact.email": "email e_mail EMail emailAddress user.email users.email_address contact.emails[].value "
    "customer_email email1 primaryEmail work_email Courriel correo_electronico correo E-Mail-Adresse mailadresse "
    "members.mail_address recipient_email recipientEmail to_email user[email] $email traits.email "
    "usr.email invitee_email "
    "hashed_email email_sha256 emailHash ContactEmail billing_email shipping.email user_data.em",
    "user.contact.phone_number": "phone phone_number phoneNumber mobile_phone cellphone home_phone work_phone tel "
    "Telefonnummer telefono teléfono telefone celular movil numero_telephone contact.mobile msisdn customer.phone "
    "user.phone_numbers[].number phoneE164 handynummer billing.phone whatsapp_number",
    "user.device.ip_address": "ip ip_address ipAddress clientIp client_ip remote_addr REMOTE_ADDR "
    "X-Forwarded-For x_real_ip "
    "last_login_ip current_sign_in_ip lastSeenIp signup_ip registration_ip user.ip session.ip_address "
    "request.remote_ip "
    "source_ip src_ip sourceIPAddress cf-connecting-ip true_client_ip IP-Adresse adresse_ip direccion_ip endereco_ip "
    "client.ip $ip event.ip login_ips ip_history visitor_ip customer_ip ip_anonymized clientIPv4 userIpV6 browser_ip",
    "none": "os.name campaign.name user.os.name device.model app.version email_verified emailVerified is_email_valid "
    "ip_pool_name ip_pool origin_ip edge_ip outbound_ip server.ip destination_ip dst_ip host.ip email_template_id "
    "email_type email_count template.name template.subject list.name created_at updated_at order.status order.id "
    "message.id campaign_id product.name sku price currency browser_version screen_width sdk_version environment "
    "release request_id trace_id span_id utm_source utm_campaign plan.name company.id workspace.name team_id "
    "from_email sender.email reply_to support_email repository.name repository.owner.login branch commit_sha "
    "webhook_url callback_url logo_url image.url error_code error.message log_level http_status retry_count "
    "is_active has_image email_enabled phone_verified segment.name coupon_code currency_code tax_rate queue_name",
    "user.name": "user.name customer.name full_name fullName display_name DisplayName contact_name recipient.name "
    "cardholder_name account_holder_name nickname nombre_completo nom_complet vollständiger_name author.name "
    "assignee.name billing_details.name shipping.name traits.name to_name nom_client actor.displayName",
    "user.name.first": "first_name firstName FNAME given_name Vorname prénom prenom primeiro_nome "
    "user.first_name forename",
    "user.name.last": "last_name lastName LNAME surname family_name Nachname apellidos sobrenome nom_famille",
    "user.account.username": "username user_name userName login screen_name handle user.login actor.login "
    "nom_utilisateur "
    "Benutzername twitter_handle preferred_username github_username nombre_usuario",
    "user.unique_id": "user_id userId customer.id contact_id memberId user.uuid employee_id external_user_id author_id "
    "assignee_id kundennummer id_usuario id_cliente patient.id profile_id distinct_id lead.id",
    "user.unique_id.pseudonymous": "anonymous_id anonymousId visitor_id session_id sessionId gclid visit.id",
    "user.device.device_id": "device_id deviceId idfa idfv gaid android_id advertising_id imei "
    "installation_id mac_address "
    "device_fingerprint",
    "user.device.device_id.push_token": "push_token device_token fcm_token apns_token registration_token",
    "user.device.user_agent": "user_agent userAgent User-Agent useragent ua http_user_agent client.userAgent",
    "user.device.cookie_id": "cookie_id fbp cookies",
    "user.contact.address.city": "city_of_residence billing_city shipping_city user.city customer.address.city Wohnort "
    "address.city contact.ville ciudad_cliente",
    "user.contact.address.postal_code": "zip zipcode zip_code postal_code PLZ code_postal codigo_postal cep "
    "billing_address.zip zip3",
    "user.contact.address.country": "billing_country customer.country address.country shipping_address.country_code",
    "user.contact.address.street": "street street_address address_line_1 addressLine2 address1 "
    "billing_address.line1 Strasse "
    "calle rue",
    "user.contact.address": "address postal_address home_address Anschrift customer.address billing_address direccion",
    "user.location.imprecise": "geo.city geoip.country_name ip_country ip_city event.country session.region "
    "context.location.city visit.city client.geo.country user.location",
    "user.location.precise": "latitude longitude lat lng user.latitude location.lat gps_coordinates "
    "last_known_longitude",
    "user.location.imprecise.time_zone": "timezone time_zone user.timezone tz Zeitzone utc_offset",
    "user.demographic.date_of_birth": "dob date_of_birth birthday birth_date birthDate Geburtsdatum fecha_nacimiento "
    "data_nascimento date_de_naissance birth_year",
    "user.demographic.gender": "gender sex Geschlecht genero sexe pronouns",
    "user.demographic.language": "language locale preferred_language user.lang accept_language Sprache idioma",
    "user.demographic.marital_status": "marital_status Familienstand estado_civil",
    "user.government_id.national_identification_number": "ssn social_security_number tax_id national_id "
    "cpf CPF dni curp "
    "nino personal_id_number steuer_id person.ssn_last_4 Sozialversicherungsnummer",
    "user.government_id.passport_number": "passport_number passportNo reisepassnummer",
    "user.government_id.drivers_license_number": "drivers_license driver_license_number permis_de_conduire",
    "user.financial.credit_card": "card_number cardNumber pan cvv card.last4 credit_card_number card_exp_month "
    "payment_method.card.fingerprint last_4 card_bin Kreditkartennummer",
    "user.financial.bank_account": "iban account_number bank_account_number routing_number sort_code kontonummer",
    "user.financial": "salary annual_income credit_score customer.balance Gehalt",
    "user.authorization.password": "password password_hash passwd encrypted_password hashed_password "
    "Passwort contraseña",
    "user.authorization.credentials": "access_token refresh_token session_token reset_token security_answer otp "
    "user.auth_token id_token",
    "user.privacy_preferences": "opt_in opted_out unsubscribed marketing_consent email_opt_in do_not_track "
    "gdpr_consent "
    "subscribed accepts_marketing consent_timestamp is_subscribed do_not_call",
    "user.account.tier": "user.plan account_type membership_level customer_tier user.subscription_plan loyalty_tier",
    "user.account": "user.role user.status signup_date member_since user_role is_admin",
    "user.account.settings": "mfa_enabled two_factor_enabled user.preferences",
    "user.behavior": "last_login_at last_seen last_active_at lastActivity user.last_login login_count session_count "
    "last_opened_at last_clicked event_name eventName user.logins_count page_views_count first_seen_at "
    "last_visit time_on_site",
    "user.behavior.browsing_history": "page_url referrer landing_page page.path context.page.url page_title "
    "visited_pages document_referrer session.landing_page",
    "user.behavior.search_history": "search_query search_term event.search_term searchTerms",
    "user.behavior.purchase_history": "total_spent lifetime_value orders_count last_order_date "
    "customer.ltv order_history "
    "customer.total_revenue",
    "user.content.private": "message.body ticket.description chat_transcript ticket.subject comment.body "
    "note recording_url",
    "user.content.self_image": "avatar avatar_url user.photo profile_picture user.image_url gravatar",
    "user.contact.organization": "user.company contact.company_name customer.organization billing.company company_name",
    "user.job_title": "job_title user.title contact.position occupation Beruf",
    "user.contact.url": "linkedin_url user.website personal_website",
    "user.health_and_medical": "diagnosis allergies blood_type medication",
    "user.demographic.race_ethnicity": "ethnicity race",
    "user.demographic.religious_belief": "religion",
    "user.criminal_history": "criminal_record",
    "-": "flurb cf_17 x data value custom_1 n name title",
}

#: What type and shape add: path, type, shape -> category, form, depth.
VALUES = [
    ("email", "boolean", "", "none", "", ""),
    ("emails", "integer", "", "none", "", ""),
    ("user_ids", "integer", "", "none", "", ""),
    ("contact", "string", "email", "user.contact.email", "", ""),
    ("flurb", "inet", "", "user.device.ip_address", "", ""),
    ("server.flurb", "inet", "", None, "", ""),
    ("flurb", "checkbox", "", "none", "", ""),
    ("user.email", "varchar(64)", "sha256", "user.contact.email", "hashed", ""),
    ("user.email", "", "masked", "user.contact.email", "masked", ""),
    ("ip", "", "ipv4_truncated", "user.device.ip_address", "truncated", ""),
    ("ip_history", "", "", "user.device.ip_address", "", "history"),
    ("login_ips", "", "", "user.device.ip_address", "", "history"),
    ("password", "", "bcrypt", "user.authorization.password", "hashed", ""),
    ("phone_encrypted", "", "", "user.contact.phone_number", "encrypted", ""),
    ("card.last4", "", "", "user.financial.credit_card", "masked", ""),
    ("card_number", "", "token", "user.financial.credit_card", "tokenised", ""),
    ("opened", "boolean", "", "user.behavior", "", ""),
    ("unsubscribed", "boolean", "", "user.privacy_preferences", "", ""),
    ("properties.value", "", "email", "user.contact.email", "", ""),
    ("properties.value", "", "ipv4", "user.device.ip_address", "", ""),
    ("properties.value", "", "phone", "user.contact.phone_number", "", ""),
    ("properties.value", "", "card", "user.financial.credit_card", "", ""),
    ("status", "", "email", "user.contact.email", "", ""),
    ("status", "", "ipv4", "user.device.ip_address", "", ""),
    ("id", "", "email", "user.contact.email", "", ""),
    ("type", "", "email", "user.contact.email", "", ""),
    ("campaign.name", "", "email", "none", "", ""),
    ("browser", "", "user_agent", "user.device.user_agent", "", ""),
    ("version", "", "ipv4", "none", "", ""),
    ("message_id", "", "email", "none", "", ""),
    ("from_email", "", "email", "none", "", ""),
    ("host", "", "ipv4", "none", "", ""),
    ("server_ip", "", "ipv4", "none", "", ""),
    ("ip_pool_name", "", "ipv4", "none", "", ""),
]


@cache
def _judge() -> Judge:
    return Judge(load_rules())


@pytest.mark.parametrize("category", NAMES)
def test_names(category: str) -> None:
    wanted = None if category == "-" else category
    found = {path: _judge().judge(path).category for path in NAMES[category].split()}
    assert {path: said for path, said in found.items() if said != wanted} == {}


def test_paths_of_payloads() -> None:
    """Some hundred paths in the manner of CRM, payment, identity, survey, hiring, analytics and log payloads."""
    rows = [
        line.rsplit(None, 1) for line in (Path(__file__).with_name("paths.txt")).read_text("utf-8").splitlines()[1:]
    ]
    assert [(path, said) for path, category in rows if (said := _judge().judge(path).category) != category] == []
    assert len(rows) > 400


@pytest.mark.parametrize(("path", "type", "shape", "category", "form", "depth"), VALUES)
def test_values(path: str, type: str, shape: str, category: str | None, form: str, depth: str) -> None:
    found = _judge().judge(path, type=type, shape=shape)
    assert (found.category, found.form, found.depth) == (category, form, depth)


def test_a_thousand_names_are_judged_without_reading_any_twice() -> None:
    names = [f"a{number}.user.email" for number in range(1000)]
    assert {_judge().judge(name).category for name in names} == {"user.contact.email"}


@pytest.mark.parametrize(
    ("path", "object", "expected"),
    [
        ("payload.email", "invitee webhook", "user.contact.email"),
        ("timezone", "invitee webhook", "user.location.imprecise.time_zone"),
        ("city", "in-app event, push API", "user.location.imprecise"),
        ("name", "user and event", "user.name"),
        ("product.title", "user and event", "none"),
        ("address.city", "customer (REST)", "user.contact.address.city"),
        ("address.city", "company", "none"),
        ("email", "webhook", "user.contact.email"),
    ],
)
def test_the_object_helps(path: str, object: str, expected: str) -> None:
    assert _judge().judge(path, object).category == expected


@pytest.mark.parametrize(
    ("path", "type", "expected"),
    [
        ("lastCustomerActivityAt", "", "user.behavior"),
        ("Days_Visited", "integer", "user.behavior"),
        ("Average_Time_Spent_Minutes", "number", "user.behavior"),
        ("customer.conversationCount", "integer", "user.behavior"),
        ("ticket.opened_datetime", "", "none"),
        ("campaign.uniqueopens", "", None),
        ("geo.country.code", "", "user.location.imprecise"),
        ("address.country.name", "", "user.contact.address.country"),
        ("team.admin_ids[]", "integer", "user.unique_id"),
        ("team.admin_ids", "integer", "none"),
        ("customer.accepts_review_emails", "boolean", "user.privacy_preferences"),
        ("contact.custom_attributes.lieblingsfarbe", "", "user.demographic.profile"),
        ("contact.consent.consent_ip", "", "user.device.ip_address"),
        ("correo_verificado", "", "none"),
        ("user.avatarUrls.48x48", "", "user.content.self_image"),
    ],
)
def test_names_are_read_by_what_they_are_made_of(path: str, type: str, expected: str | None) -> None:
    assert _judge().judge(path, type=type).category == expected


def test_a_handle_shows_itself() -> None:
    found = _judge().judge("customer.social_profiles[].value", shape="handle")
    assert (found.category, found.rule) == ("user.account.username", "shape-handle")
