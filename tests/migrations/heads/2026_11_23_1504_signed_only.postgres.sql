--
-- PostgreSQL database dump
--

\restrict BcHuqLVnPl7O7gqg550yPhqVtw0qaDYOTfSTy45pfnNFrZKF3ejiQDhp2F5LPEF

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: audit_entry_guard(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_entry_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
      IF TG_OP <> 'TRUNCATE' THEN
        IF EXISTS (SELECT 1 FROM audit_gate WHERE OLD.created_at < before_at) THEN
          IF TG_OP = 'DELETE' THEN
            RETURN OLD;
          END IF;
          IF NEW.reason IS NULL
            AND (NEW.id, NEW.by_actor_id, NEW.action, NEW.subject_id, NEW.group_id, NEW.created_at)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.by_actor_id, OLD.action, OLD.subject_id, OLD.group_id, OLD.created_at)
          THEN
            RETURN NEW;
          END IF;
        END IF;
      END IF;
      RAISE EXCEPTION 'the audit log only grows';
    END
    $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: access_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.access_token (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    token_digest character varying NOT NULL,
    scopes character varying NOT NULL,
    label character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone
);


--
-- Name: account; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account (
    id bigint NOT NULL,
    actor_id bigint NOT NULL,
    email character varying NOT NULL,
    password_hash character varying,
    role character varying NOT NULL,
    state character varying NOT NULL,
    language character varying NOT NULL,
    theme character varying NOT NULL,
    place_id bigint,
    sign_up_reason character varying NOT NULL,
    invite_id bigint,
    restricted_until date,
    confirmed_at timestamp with time zone,
    decided_at timestamp with time zone,
    decision_reason character varying NOT NULL,
    leaving_at timestamp with time zone,
    last_seen_at timestamp with time zone,
    inactive_warnings integer NOT NULL,
    warned_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    shows_place boolean DEFAULT false NOT NULL,
    frozen_at timestamp with time zone,
    signed_out_at timestamp with time zone
);


--
-- Name: actor; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.actor (
    id bigint NOT NULL,
    kind character varying NOT NULL,
    handle character varying NOT NULL,
    domain character varying NOT NULL,
    display_name character varying NOT NULL,
    summary character varying NOT NULL,
    is_discoverable boolean NOT NULL,
    is_indexable boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    avatar character varying DEFAULT ''::character varying NOT NULL,
    cover character varying DEFAULT ''::character varying NOT NULL,
    is_locked boolean DEFAULT true NOT NULL,
    standing character varying DEFAULT 'known'::character varying NOT NULL
);


--
-- Name: actor_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.actor_key (
    actor_id bigint NOT NULL,
    name character varying NOT NULL,
    kind character varying NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: actor_note; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.actor_note (
    by_actor_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    text character varying NOT NULL
);


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: anonymous_author; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.anonymous_author (
    post_id bigint NOT NULL,
    actor_id bigint NOT NULL
);


--
-- Name: appeal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.appeal (
    id bigint NOT NULL,
    decision_id bigint NOT NULL,
    complaint_id bigint,
    by_actor_id bigint,
    text character varying NOT NULL,
    state character varying NOT NULL,
    answer character varying NOT NULL,
    decided_by_actor_id bigint,
    decided_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: audit_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_entry (
    id bigint NOT NULL,
    by_actor_id bigint,
    action character varying NOT NULL,
    subject_id bigint,
    reason character varying,
    created_at timestamp with time zone NOT NULL,
    group_id bigint
);


--
-- Name: audit_gate; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_gate (
    id bigint NOT NULL,
    before_at timestamp with time zone NOT NULL
);


--
-- Name: block; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.block (
    by_actor_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    id bigint NOT NULL
);


--
-- Name: browser_session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.browser_session (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    token_digest character varying NOT NULL,
    browser character varying NOT NULL,
    device character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);


--
-- Name: complaint; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.complaint (
    id bigint NOT NULL,
    report_id bigint NOT NULL,
    by_actor_id bigint,
    category character varying NOT NULL,
    text character varying NOT NULL,
    is_notice boolean NOT NULL,
    address character varying NOT NULL,
    name character varying NOT NULL,
    email character varying NOT NULL,
    language character varying NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: consent; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.consent (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    kind character varying NOT NULL,
    version bigint NOT NULL,
    given_at timestamp with time zone NOT NULL
);


--
-- Name: conversation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversation (
    id bigint NOT NULL,
    key character varying NOT NULL,
    about_post_id bigint,
    is_about_post boolean NOT NULL,
    started_by_actor_id bigint NOT NULL,
    last_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: conversation_member; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversation_member (
    conversation_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    state character varying NOT NULL,
    last_post_id bigint NOT NULL,
    read_post_id bigint NOT NULL,
    left_at timestamp with time zone
);


--
-- Name: conversation_post; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversation_post (
    post_id bigint NOT NULL,
    conversation_id bigint NOT NULL
);


--
-- Name: decision; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.decision (
    id bigint NOT NULL,
    report_id bigint NOT NULL,
    action character varying NOT NULL,
    ground character varying,
    ground_text character varying NOT NULL,
    facts character varying NOT NULL,
    banned_until date,
    before character varying NOT NULL,
    state character varying NOT NULL,
    decided_by_actor_id bigint NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone
);


--
-- Name: delivery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery (
    activity_id bigint NOT NULL,
    inbox_id bigint NOT NULL,
    host_id bigint CONSTRAINT delivery_host_id_not_null1 NOT NULL,
    lane bigint NOT NULL,
    state character varying NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    blocks_until_at timestamp with time zone,
    trouble character varying
);


--
-- Name: delivery_host; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery_host (
    id bigint NOT NULL,
    name character varying NOT NULL,
    due_at timestamp with time zone,
    is_leased boolean NOT NULL,
    turn integer NOT NULL,
    has_more boolean NOT NULL,
    rests_until_at timestamp with time zone,
    failures integer NOT NULL,
    failing_since_at timestamp with time zone,
    at_once integer NOT NULL,
    scheme character varying NOT NULL,
    scheme_until_at timestamp with time zone,
    trouble character varying,
    trouble_status integer NOT NULL,
    troubled_at timestamp with time zone,
    answered_at timestamp with time zone,
    leased_by integer
);


--
-- Name: email_link; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.email_link (
    id bigint NOT NULL,
    purpose character varying NOT NULL,
    account_id bigint NOT NULL,
    email character varying NOT NULL,
    browser character varying NOT NULL,
    request_id bigint,
    failures integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);


--
-- Name: filter_word; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.filter_word (
    id bigint NOT NULL,
    filter_id bigint NOT NULL,
    text character varying NOT NULL,
    is_whole boolean NOT NULL
);


--
-- Name: follow; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.follow (
    follower_actor_id bigint NOT NULL,
    followed_actor_id bigint NOT NULL,
    id bigint NOT NULL,
    state character varying NOT NULL,
    shows_shares boolean NOT NULL,
    notifies boolean NOT NULL,
    languages character varying NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: follow_activity; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.follow_activity (
    follower_actor_id bigint NOT NULL,
    followed_actor_id bigint NOT NULL,
    uri character varying NOT NULL
);


--
-- Name: group_topic; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.group_topic (
    id bigint NOT NULL,
    group_id bigint NOT NULL,
    name character varying NOT NULL,
    "position" integer NOT NULL
);


--
-- Name: heard_in_group; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.heard_in_group (
    post_id bigint NOT NULL,
    body character varying NOT NULL
);


--
-- Name: home_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.home_entry (
    account_id bigint NOT NULL,
    post_id bigint NOT NULL
);


--
-- Name: inbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inbox (
    id bigint NOT NULL,
    url character varying NOT NULL,
    host_id bigint NOT NULL,
    gone_at timestamp with time zone
);


--
-- Name: inbox_item; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inbox_item (
    id bigint NOT NULL,
    mark character varying NOT NULL,
    sender character varying NOT NULL,
    verb character varying NOT NULL,
    body bytea,
    received_at timestamp with time zone NOT NULL
);


--
-- Name: instance; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.instance (
    id bigint NOT NULL,
    domain character varying NOT NULL,
    name character varying NOT NULL,
    tagline character varying NOT NULL,
    language character varying NOT NULL,
    timezone character varying NOT NULL,
    contact_email character varying NOT NULL,
    registrations character varying NOT NULL,
    asks_reason boolean NOT NULL,
    minimum_age integer NOT NULL,
    approvals_a_day integer NOT NULL,
    waiting_at_most integer NOT NULL,
    federation_mode character varying NOT NULL,
    blocked_mail_domains character varying NOT NULL,
    setup_step integer NOT NULL,
    set_up_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    group_founding character varying DEFAULT 'members'::character varying NOT NULL,
    moderators_factor_due_at timestamp with time zone,
    blocked_servers character varying DEFAULT ''::character varying NOT NULL,
    answers_signed_only boolean DEFAULT false NOT NULL
);


--
-- Name: invite_link; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invite_link (
    id bigint NOT NULL,
    token character varying NOT NULL,
    by_actor_id bigint NOT NULL,
    label character varying NOT NULL,
    skips_approval boolean NOT NULL,
    uses_left integer,
    use_count integer NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    group_id bigint,
    admits_to_group boolean DEFAULT false NOT NULL
);


--
-- Name: job; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.job (
    id bigint NOT NULL,
    name character varying NOT NULL,
    payload character varying NOT NULL,
    ordering_key character varying,
    schedule character varying,
    state character varying NOT NULL,
    run_at timestamp with time zone NOT NULL,
    is_leased boolean NOT NULL,
    attempts integer NOT NULL,
    last_error character varying,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: join_request; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.join_request (
    id bigint NOT NULL,
    group_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    state character varying NOT NULL,
    answers character varying NOT NULL,
    invite_id bigint,
    reason character varying NOT NULL,
    decided_by_actor_id bigint,
    decided_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: legal_page; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.legal_page (
    id bigint NOT NULL,
    kind character varying NOT NULL,
    language character varying NOT NULL,
    body character varying NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: like_activity; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.like_activity (
    uri character varying NOT NULL,
    post_id bigint NOT NULL,
    actor_id bigint NOT NULL
);


--
-- Name: media_attachment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.media_attachment (
    id bigint NOT NULL,
    by_actor_id bigint NOT NULL,
    for_actor_id bigint,
    use character varying NOT NULL,
    state character varying NOT NULL,
    name character varying NOT NULL,
    mime character varying NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    byte_size integer NOT NULL,
    small_width integer NOT NULL,
    small_height integer NOT NULL,
    small_byte_size integer NOT NULL,
    blurhash character varying NOT NULL,
    description character varying NOT NULL,
    focus_x double precision NOT NULL,
    focus_y double precision NOT NULL,
    attached_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: membership; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.membership (
    group_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    role character varying NOT NULL,
    state character varying NOT NULL,
    is_muted boolean NOT NULL,
    reason character varying NOT NULL,
    banned_until date,
    since_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL
);


--
-- Name: membership_activity; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.membership_activity (
    group_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    verb character varying NOT NULL,
    uri character varying NOT NULL
);


--
-- Name: mute; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mute (
    by_actor_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    id bigint NOT NULL,
    hides_notifications boolean NOT NULL,
    until_at timestamp with time zone
);


--
-- Name: notification; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notification (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    kind character varying NOT NULL,
    cause character varying NOT NULL,
    bundle character varying NOT NULL,
    actor_id bigint,
    group_id bigint,
    subject_id bigint,
    detail character varying NOT NULL,
    read_at timestamp with time zone,
    held_until_at timestamp with time zone,
    rung_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: notification_group_wish; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notification_group_wish (
    account_id bigint NOT NULL,
    group_id bigint NOT NULL,
    level character varying,
    choices character varying NOT NULL
);


--
-- Name: notification_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: notification_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.notification_id_seq OWNED BY public.notification.id;


--
-- Name: notification_reader; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notification_reader (
    account_id bigint NOT NULL,
    seen_id bigint NOT NULL,
    level character varying NOT NULL,
    choices character varying NOT NULL,
    quiet_begin integer NOT NULL,
    quiet_end integer NOT NULL,
    weekday integer NOT NULL,
    shows_words boolean NOT NULL,
    daily_on date,
    weekly_on date,
    gets_daily boolean DEFAULT true NOT NULL,
    gets_weekly boolean DEFAULT true NOT NULL
);


--
-- Name: outgoing_activity; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outgoing_activity (
    id bigint NOT NULL,
    actor_id bigint NOT NULL,
    verb character varying NOT NULL,
    post_id bigint,
    body character varying NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: parents_group; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.parents_group (
    actor_id bigint NOT NULL,
    kind character varying NOT NULL,
    state character varying NOT NULL,
    joining character varying NOT NULL,
    audience character varying NOT NULL,
    is_hidden boolean NOT NULL,
    is_local_only boolean NOT NULL,
    rules character varying NOT NULL,
    questions character varying NOT NULL,
    place_id bigint,
    ends_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    allows_anonymous boolean DEFAULT false NOT NULL,
    holds_first_posts boolean DEFAULT false NOT NULL
);


--
-- Name: place; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.place (
    id bigint NOT NULL,
    country character varying NOT NULL,
    code character varying NOT NULL,
    name character varying NOT NULL,
    district character varying NOT NULL,
    postcodes character varying NOT NULL,
    aliases character varying NOT NULL,
    words character varying NOT NULL,
    lat double precision,
    lon double precision,
    is_approximate boolean NOT NULL,
    population integer,
    is_listed boolean NOT NULL,
    source character varying NOT NULL
);


--
-- Name: place_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.place_key (
    key character varying NOT NULL COLLATE pg_catalog."C",
    place_id bigint NOT NULL,
    rank smallint NOT NULL,
    population integer NOT NULL,
    country character varying NOT NULL
);


--
-- Name: place_source; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.place_source (
    name character varying NOT NULL,
    digest character varying NOT NULL,
    loaded_at timestamp with time zone NOT NULL
);


--
-- Name: poll; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.poll (
    post_id bigint NOT NULL,
    is_multiple boolean NOT NULL,
    ends_at timestamp with time zone,
    voter_count integer NOT NULL
);


--
-- Name: poll_ballot; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.poll_ballot (
    post_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    choices character varying NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: poll_option; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.poll_option (
    post_id bigint NOT NULL,
    "position" bigint NOT NULL,
    text character varying NOT NULL,
    vote_count integer NOT NULL
);


--
-- Name: post; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.post (
    id bigint NOT NULL,
    author_actor_id bigint NOT NULL,
    is_anonymous boolean NOT NULL,
    group_id bigint,
    topic_id bigint,
    kind character varying NOT NULL,
    audience character varying NOT NULL,
    is_quiet boolean NOT NULL,
    state character varying NOT NULL,
    text character varying NOT NULL,
    html character varying NOT NULL,
    warning character varying NOT NULL,
    is_sensitive boolean NOT NULL,
    language character varying NOT NULL,
    photo_count integer NOT NULL,
    has_poll boolean NOT NULL,
    is_reply boolean NOT NULL,
    in_reply_to_id bigint,
    root_id bigint NOT NULL,
    reply_count integer NOT NULL,
    thanks_count integer NOT NULL,
    accepted_reply_id bigint,
    closed_at timestamp with time zone,
    pinned_at timestamp with time zone,
    edited_at timestamp with time zone,
    reason character varying NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    decided_by_actor_id bigint,
    decided_at timestamp with time zone,
    is_from_elsewhere boolean DEFAULT false NOT NULL
);


--
-- Name: post_mention; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.post_mention (
    post_id bigint NOT NULL,
    actor_id bigint NOT NULL
);


--
-- Name: post_photo; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.post_photo (
    post_id bigint NOT NULL,
    "position" bigint NOT NULL,
    media_id bigint NOT NULL
);


--
-- Name: post_recipient; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.post_recipient (
    post_id bigint NOT NULL,
    actor_id bigint NOT NULL
);


--
-- Name: post_tag; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.post_tag (
    tag character varying NOT NULL,
    post_id bigint NOT NULL
);


--
-- Name: post_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.post_version (
    id bigint NOT NULL,
    post_id bigint NOT NULL,
    text character varying NOT NULL,
    html character varying NOT NULL,
    warning character varying NOT NULL,
    replaced_at timestamp with time zone NOT NULL
);


--
-- Name: push_subscription; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.push_subscription (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    session_id bigint NOT NULL,
    endpoint character varying NOT NULL,
    p256dh character varying NOT NULL,
    auth character varying NOT NULL,
    failing_since_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL
);


--
-- Name: push_subscription_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.push_subscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: push_subscription_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.push_subscription_id_seq OWNED BY public.push_subscription.id;


--
-- Name: recovery_code; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.recovery_code (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    code_digest character varying NOT NULL,
    used_at timestamp with time zone
);


--
-- Name: remote_actor; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.remote_actor (
    actor_id bigint NOT NULL,
    uri character varying NOT NULL,
    inbox character varying NOT NULL,
    shared_inbox character varying NOT NULL,
    followers character varying NOT NULL,
    outbox character varying NOT NULL,
    url character varying NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    gone_at timestamp with time zone,
    also_known_as character varying DEFAULT ''::character varying NOT NULL,
    moved_to character varying DEFAULT ''::character varying NOT NULL,
    moved_at timestamp with time zone,
    picture_url character varying DEFAULT ''::character varying NOT NULL
);


--
-- Name: remote_farewell; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.remote_farewell (
    uri character varying NOT NULL,
    gone_at timestamp with time zone NOT NULL
);


--
-- Name: remote_group; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.remote_group (
    actor_id bigint NOT NULL,
    takes_join boolean NOT NULL,
    members character varying NOT NULL
);


--
-- Name: remote_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.remote_key (
    id character varying NOT NULL,
    owner character varying NOT NULL,
    kind character varying NOT NULL,
    public character varying NOT NULL,
    fetched_at timestamp with time zone NOT NULL
);


--
-- Name: remote_picture; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.remote_picture (
    post_id bigint NOT NULL,
    "position" bigint NOT NULL,
    url character varying NOT NULL,
    description character varying NOT NULL,
    focus_x double precision NOT NULL,
    focus_y double precision NOT NULL
);


--
-- Name: remote_post; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.remote_post (
    post_id bigint NOT NULL,
    uri character varying NOT NULL,
    url character varying NOT NULL,
    missing_uri character varying NOT NULL,
    fetched_at timestamp with time zone NOT NULL
);


--
-- Name: report; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.report (
    id bigint NOT NULL,
    subject_kind character varying NOT NULL,
    subject_id bigint,
    group_id bigint,
    target_actor_id bigint,
    category character varying NOT NULL,
    state character varying NOT NULL,
    is_own boolean NOT NULL,
    is_for_place boolean NOT NULL,
    complaint_count integer NOT NULL,
    snapshot character varying NOT NULL,
    shown_as character varying NOT NULL,
    hidden_at timestamp with time zone,
    assigned_to_actor_id bigint,
    decided_at timestamp with time zone,
    closed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: retention_period; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.retention_period (
    name character varying NOT NULL,
    days integer NOT NULL
);


--
-- Name: retired_handle; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.retired_handle (
    digest character varying NOT NULL,
    retired_at timestamp with time zone NOT NULL
);


--
-- Name: sealed_copy; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sealed_copy (
    report_id bigint NOT NULL,
    sealed bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL
);


--
-- Name: search_document; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_document (
    post_id bigint NOT NULL,
    terms character varying NOT NULL
);


--
-- Name: second_factor; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.second_factor (
    account_id bigint NOT NULL,
    sealed_secret bytea NOT NULL,
    last_step integer NOT NULL,
    wrong_count integer NOT NULL,
    wrong_since_at timestamp with time zone,
    turned_on_at timestamp with time zone NOT NULL
);


--
-- Name: second_home; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.second_home (
    actor_id bigint NOT NULL,
    also_known_as character varying NOT NULL,
    moved_to character varying NOT NULL,
    moved_at timestamp with time zone
);


--
-- Name: submitted_form; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.submitted_form (
    key character varying NOT NULL,
    location character varying NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: swap; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.swap (
    post_id bigint NOT NULL,
    direction character varying NOT NULL,
    category character varying NOT NULL,
    urgent_reason character varying NOT NULL,
    urgent_until_at timestamp with time zone
);


--
-- Name: thanks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.thanks (
    post_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: town; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.town (
    host character varying NOT NULL,
    standing character varying NOT NULL,
    note character varying NOT NULL,
    decided_at timestamp with time zone,
    twinning character varying NOT NULL,
    offer_uri character varying NOT NULL,
    place_uri character varying NOT NULL,
    name character varying NOT NULL,
    software character varying NOT NULL,
    capabilities character varying NOT NULL,
    looked_at timestamp with time zone,
    twinned_at timestamp with time zone
);


--
-- Name: word_filter; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.word_filter (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    title character varying NOT NULL,
    contexts character varying NOT NULL,
    action character varying NOT NULL,
    expires_at timestamp with time zone
);


--
-- Name: notification id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification ALTER COLUMN id SET DEFAULT nextval('public.notification_id_seq'::regclass);


--
-- Name: push_subscription id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_subscription ALTER COLUMN id SET DEFAULT nextval('public.push_subscription_id_seq'::regclass);


--
-- Data for Name: access_token; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.access_token VALUES (1, 1, 'token_digest 1: Chloé', 'scopes 1: Chloé', 'label 1: Chloé', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.access_token VALUES (2, 2, 'token_digest 2: Chloé', 'scopes 2: Chloé', 'label 2: Chloé', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.access_token VALUES (3, 3, 'token_digest 3: Chloé', 'scopes 3: Chloé', 'label 3: Chloé', '2026-11-30 11:30:00+00', NULL, NULL);


--
-- Data for Name: account; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.account VALUES (1, 1, 'email 1: Chloé', 'password_hash 1: Chloé', 'moderator', 'approval_pending', 'language 1: Chloé', 'theme 1: Chloé', 1, 'sign_up_reason 1: Chloé', 1, '2026-12-01', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', 'decision_reason 1: Chloé', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', false, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.account VALUES (2, 2, 'email 2: Chloé', 'password_hash 2: Chloé', 'admin', 'declined', 'language 2: Chloé', 'theme 2: Chloé', 2, 'sign_up_reason 2: Chloé', 2, '2026-12-02', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', 'decision_reason 2: Chloé', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', true, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.account VALUES (3, 3, 'email 3: Chloé', NULL, 'member', 'active', 'language 3: Chloé', 'theme 3: Chloé', NULL, 'sign_up_reason 3: Chloé', NULL, NULL, NULL, NULL, 'decision_reason 3: Chloé', NULL, NULL, 3, NULL, '2026-11-30 11:30:00+00', false, NULL, NULL);


--
-- Data for Name: actor; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.actor VALUES (1, 'group', 'handle 1: Chloé', 'domain 1: Chloé', 'display_name 1: Chloé', 'summary 1: Chloé', false, false, '2026-11-30 09:30:00+00', 'avatar 1: Chloé', 'cover 1: Chloé', false, 'limited');
INSERT INTO public.actor VALUES (2, 'application', 'handle 2: Chloé', 'domain 2: Chloé', 'display_name 2: Chloé', 'summary 2: Chloé', true, true, '2026-11-30 10:30:00+00', 'avatar 2: Chloé', 'cover 2: Chloé', true, 'known');
INSERT INTO public.actor VALUES (3, 'person', 'handle 3: Chloé', 'domain 3: Chloé', 'display_name 3: Chloé', 'summary 3: Chloé', false, false, '2026-11-30 11:30:00+00', 'avatar 3: Chloé', 'cover 3: Chloé', false, 'ally');


--
-- Data for Name: actor_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.actor_key VALUES (1, 'name 1: Chloé', 'ed25519', '\x01', '2026-11-30 09:30:00+00');
INSERT INTO public.actor_key VALUES (2, 'name 2: Chloé', 'rsa', '\x02', '2026-11-30 10:30:00+00');
INSERT INTO public.actor_key VALUES (3, 'name 3: Chloé', 'ed25519', '\x03', '2026-11-30 11:30:00+00');


--
-- Data for Name: actor_note; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.actor_note VALUES (1, 1, 'text 1: Chloé');
INSERT INTO public.actor_note VALUES (2, 2, 'text 2: Chloé');
INSERT INTO public.actor_note VALUES (3, 3, 'text 3: Chloé');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('2026_11_23_1504_signed_only');


--
-- Data for Name: anonymous_author; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.anonymous_author VALUES (1, 1);
INSERT INTO public.anonymous_author VALUES (2, 2);
INSERT INTO public.anonymous_author VALUES (3, 3);


--
-- Data for Name: appeal; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.appeal VALUES (1, 1, 1, 1, 'text 1: Chloé', 'upheld', 'answer 1: Chloé', 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.appeal VALUES (2, 2, 2, 2, 'text 2: Chloé', 'overturned', 'answer 2: Chloé', 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.appeal VALUES (3, 3, NULL, NULL, 'text 3: Chloé', 'waiting', 'answer 3: Chloé', NULL, NULL, '2026-11-30 11:30:00+00');


--
-- Data for Name: audit_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_entry VALUES (1, 1, 'action 1: Chloé', 1, 'reason 1: Chloé', '2026-11-30 09:30:00+00', 1);
INSERT INTO public.audit_entry VALUES (2, 2, 'action 2: Chloé', 2, 'reason 2: Chloé', '2026-11-30 10:30:00+00', 2);
INSERT INTO public.audit_entry VALUES (3, NULL, 'action 3: Chloé', NULL, NULL, '2026-11-30 11:30:00+00', NULL);


--
-- Data for Name: audit_gate; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_gate VALUES (1, '2026-11-30 09:30:00+00');
INSERT INTO public.audit_gate VALUES (2, '2026-11-30 10:30:00+00');
INSERT INTO public.audit_gate VALUES (3, '2026-11-30 11:30:00+00');


--
-- Data for Name: block; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.block VALUES (1, 1, 1);
INSERT INTO public.block VALUES (2, 2, 2);
INSERT INTO public.block VALUES (3, 3, 3);


--
-- Data for Name: browser_session; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.browser_session VALUES (1, 1, 'token_digest 1: Chloé', 'browser 1: Chloé', 'device 1: Chloé', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.browser_session VALUES (2, 2, 'token_digest 2: Chloé', 'browser 2: Chloé', 'device 2: Chloé', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.browser_session VALUES (3, 3, 'token_digest 3: Chloé', 'browser 3: Chloé', 'device 3: Chloé', '2026-11-30 11:30:00+00', '2026-11-30 11:30:00+00', '2026-11-30 11:30:00+00', NULL);


--
-- Data for Name: complaint; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.complaint VALUES (1, 1, 1, 'illegal', 'text 1: Chloé', false, 'address 1: Chloé', 'name 1: Chloé', 'email 1: Chloé', 'language 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.complaint VALUES (2, 2, 2, 'harassment', 'text 2: Chloé', true, 'address 2: Chloé', 'name 2: Chloé', 'email 2: Chloé', 'language 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.complaint VALUES (3, 3, NULL, 'personal_data', 'text 3: Chloé', false, 'address 3: Chloé', 'name 3: Chloé', 'email 3: Chloé', 'language 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: consent; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.consent VALUES (1, 1, 'privacy', 1, '2026-11-30 09:30:00+00');
INSERT INTO public.consent VALUES (2, 2, 'rules', 2, '2026-11-30 10:30:00+00');
INSERT INTO public.consent VALUES (3, 3, 'privacy', 3, '2026-11-30 11:30:00+00');


--
-- Data for Name: conversation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.conversation VALUES (1, 'key 1: Chloé', 1, false, 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.conversation VALUES (2, 'key 2: Chloé', 2, true, 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.conversation VALUES (3, 'key 3: Chloé', NULL, false, 3, '2026-11-30 11:30:00+00', '2026-11-30 11:30:00+00');


--
-- Data for Name: conversation_member; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.conversation_member VALUES (1, 1, 'accepted', 1, 1, '2026-11-30 09:30:00+00');
INSERT INTO public.conversation_member VALUES (2, 2, 'ignored', 2, 2, '2026-11-30 10:30:00+00');
INSERT INTO public.conversation_member VALUES (3, 3, 'request', 3, 3, NULL);


--
-- Data for Name: conversation_post; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.conversation_post VALUES (1, 1);
INSERT INTO public.conversation_post VALUES (2, 2);
INSERT INTO public.conversation_post VALUES (3, 3);


--
-- Data for Name: decision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.decision VALUES (1, 1, 'advise', 'law', 'ground_text 1: Chloé', 'facts 1: Chloé', '2026-12-01', 'before 1: Chloé', 'undone', 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.decision VALUES (2, 2, 'edit', 'rule', 'ground_text 2: Chloé', 'facts 2: Chloé', '2026-12-02', 'before 2: Chloé', 'overturned', 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.decision VALUES (3, 3, 'hide', 'law', 'ground_text 3: Chloé', 'facts 3: Chloé', NULL, 'before 3: Chloé', 'stands', 3, '2026-11-30 11:30:00+00', NULL);


--
-- Data for Name: delivery; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery VALUES (1, 1, 1, 1, 'sent', '2026-11-30 09:30:00+00', 1, '2026-11-30 09:30:00+00', 'failing');
INSERT INTO public.delivery VALUES (2, 2, 2, 2, 'given_up', '2026-11-30 10:30:00+00', 2, '2026-11-30 10:30:00+00', 'busy');
INSERT INTO public.delivery VALUES (3, 3, 3, 3, 'waiting', '2026-11-30 11:30:00+00', 3, NULL, 'unsigned');


--
-- Data for Name: delivery_host; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery_host VALUES (1, 'name 1: Chloé', '2026-11-30 09:30:00+00', false, 1, false, '2026-11-30 09:30:00+00', 1, '2026-11-30 09:30:00+00', 1, 'scheme 1: Chloé', '2026-11-30 09:30:00+00', 'failing', 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', 1);
INSERT INTO public.delivery_host VALUES (2, 'name 2: Chloé', '2026-11-30 10:30:00+00', true, 2, true, '2026-11-30 10:30:00+00', 2, '2026-11-30 10:30:00+00', 2, 'scheme 2: Chloé', '2026-11-30 10:30:00+00', 'busy', 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', 2);
INSERT INTO public.delivery_host VALUES (3, 'name 3: Chloé', NULL, false, 3, false, NULL, 3, NULL, 3, 'scheme 3: Chloé', NULL, 'unsigned', 3, NULL, NULL, NULL);


--
-- Data for Name: email_link; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.email_link VALUES (1, 'sign_in', 1, 'email 1: Chloé', 'browser 1: Chloé', 1, 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.email_link VALUES (2, 'change_email', 2, 'email 2: Chloé', 'browser 2: Chloé', 2, 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.email_link VALUES (3, 'confirm_email', 3, 'email 3: Chloé', 'browser 3: Chloé', NULL, 3, '2026-11-30 11:30:00+00', '2026-11-30 11:30:00+00', NULL);


--
-- Data for Name: filter_word; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.filter_word VALUES (1, 1, 'text 1: Chloé', false);
INSERT INTO public.filter_word VALUES (2, 2, 'text 2: Chloé', true);
INSERT INTO public.filter_word VALUES (3, 3, 'text 3: Chloé', false);


--
-- Data for Name: follow; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.follow VALUES (1, 1, 1, 'accepted', false, false, 'languages 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.follow VALUES (2, 2, 2, 'pending', true, true, 'languages 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.follow VALUES (3, 3, 3, 'accepted', false, false, 'languages 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: follow_activity; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.follow_activity VALUES (1, 1, 'uri 1: Chloé');
INSERT INTO public.follow_activity VALUES (2, 2, 'uri 2: Chloé');
INSERT INTO public.follow_activity VALUES (3, 3, 'uri 3: Chloé');


--
-- Data for Name: group_topic; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.group_topic VALUES (1, 1, 'name 1: Chloé', 1);
INSERT INTO public.group_topic VALUES (2, 2, 'name 2: Chloé', 2);
INSERT INTO public.group_topic VALUES (3, 3, 'name 3: Chloé', 3);


--
-- Data for Name: heard_in_group; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.heard_in_group VALUES (1, 'body 1: Chloé');
INSERT INTO public.heard_in_group VALUES (2, 'body 2: Chloé');
INSERT INTO public.heard_in_group VALUES (3, 'body 3: Chloé');


--
-- Data for Name: home_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.home_entry VALUES (1, 1);
INSERT INTO public.home_entry VALUES (2, 2);
INSERT INTO public.home_entry VALUES (3, 3);


--
-- Data for Name: inbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.inbox VALUES (1, 'url 1: Chloé', 1, '2026-11-30 09:30:00+00');
INSERT INTO public.inbox VALUES (2, 'url 2: Chloé', 2, '2026-11-30 10:30:00+00');
INSERT INTO public.inbox VALUES (3, 'url 3: Chloé', 3, NULL);


--
-- Data for Name: inbox_item; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.inbox_item VALUES (1, 'mark 1: Chloé', 'sender 1: Chloé', 'verb 1: Chloé', '\x01', '2026-11-30 09:30:00+00');
INSERT INTO public.inbox_item VALUES (2, 'mark 2: Chloé', 'sender 2: Chloé', 'verb 2: Chloé', '\x02', '2026-11-30 10:30:00+00');
INSERT INTO public.inbox_item VALUES (3, 'mark 3: Chloé', 'sender 3: Chloé', 'verb 3: Chloé', NULL, '2026-11-30 11:30:00+00');


--
-- Data for Name: instance; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.instance VALUES (1, 'domain 1: Chloé', 'name 1: Chloé', 'tagline 1: Chloé', 'language 1: Chloé', 'timezone 1: Chloé', 'contact_email 1: Chloé', 'invited', false, 1, 1, 1, 'allies', 'blocked_mail_domains 1: Chloé', 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', 'approval', '2026-11-30 09:30:00+00', 'blocked_servers 1: Chloé', false);
INSERT INTO public.instance VALUES (2, 'domain 2: Chloé', 'name 2: Chloé', 'tagline 2: Chloé', 'language 2: Chloé', 'timezone 2: Chloé', 'contact_email 2: Chloé', 'approved', true, 2, 2, 2, 'open', 'blocked_mail_domains 2: Chloé', 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', 'moderators', '2026-11-30 10:30:00+00', 'blocked_servers 2: Chloé', true);
INSERT INTO public.instance VALUES (3, 'domain 3: Chloé', 'name 3: Chloé', 'tagline 3: Chloé', 'language 3: Chloé', 'timezone 3: Chloé', 'contact_email 3: Chloé', 'open', false, 3, 3, 3, 'island', 'blocked_mail_domains 3: Chloé', 3, NULL, '2026-11-30 11:30:00+00', 'members', NULL, 'blocked_servers 3: Chloé', false);


--
-- Data for Name: invite_link; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.invite_link VALUES (1, 'token 1: Chloé', 1, 'label 1: Chloé', false, 1, 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', 1, false);
INSERT INTO public.invite_link VALUES (2, 'token 2: Chloé', 2, 'label 2: Chloé', true, 2, 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', 2, true);
INSERT INTO public.invite_link VALUES (3, 'token 3: Chloé', 3, 'label 3: Chloé', false, NULL, 3, NULL, NULL, '2026-11-30 11:30:00+00', NULL, false);


--
-- Data for Name: job; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.job VALUES (1, 'name 1: Chloé', 'payload 1: Chloé', 'ordering_key 1: Chloé', 'schedule 1: Chloé', 'dead', '2026-11-30 09:30:00+00', false, 1, 'last_error 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.job VALUES (2, 'name 2: Chloé', 'payload 2: Chloé', 'ordering_key 2: Chloé', 'schedule 2: Chloé', 'waiting', '2026-11-30 10:30:00+00', true, 2, 'last_error 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.job VALUES (3, 'name 3: Chloé', 'payload 3: Chloé', NULL, NULL, 'dead', '2026-11-30 11:30:00+00', false, 3, NULL, '2026-11-30 11:30:00+00');


--
-- Data for Name: join_request; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.join_request VALUES (1, 1, 1, 'approved', 'answers 1: Chloé', 1, 'reason 1: Chloé', 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.join_request VALUES (2, 2, 2, 'declined', 'answers 2: Chloé', 2, 'reason 2: Chloé', 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.join_request VALUES (3, 3, 3, 'withdrawn', 'answers 3: Chloé', NULL, 'reason 3: Chloé', NULL, NULL, '2026-11-30 11:30:00+00');


--
-- Data for Name: legal_page; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.legal_page VALUES (1, 'privacy', 'language 1: Chloé', 'body 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.legal_page VALUES (2, 'contact', 'language 2: Chloé', 'body 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.legal_page VALUES (3, 'rules', 'language 3: Chloé', 'body 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: like_activity; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.like_activity VALUES ('uri 1: Chloé', 1, 1);
INSERT INTO public.like_activity VALUES ('uri 2: Chloé', 2, 2);
INSERT INTO public.like_activity VALUES ('uri 3: Chloé', 3, 3);


--
-- Data for Name: media_attachment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.media_attachment VALUES (1, 1, 1, 'avatar', 'ready', 'name 1: Chloé', 'mime 1: Chloé', 1, 1, 1, 1, 1, 1, 'blurhash 1: Chloé', 'description 1: Chloé', 1.5, 1.5, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.media_attachment VALUES (2, 2, 2, 'cover', 'released', 'name 2: Chloé', 'mime 2: Chloé', 2, 2, 2, 2, 2, 2, 'blurhash 2: Chloé', 'description 2: Chloé', 2.5, 2.5, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.media_attachment VALUES (3, 3, NULL, 'photo', 'processing', 'name 3: Chloé', 'mime 3: Chloé', 3, 3, 3, 3, 3, 3, 'blurhash 3: Chloé', 'description 3: Chloé', 3.5, 3.5, NULL, '2026-11-30 11:30:00+00');


--
-- Data for Name: membership; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.membership VALUES (1, 1, 'host', 'left', false, 'reason 1: Chloé', '2026-12-01', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.membership VALUES (2, 2, 'moderator', 'removed', true, 'reason 2: Chloé', '2026-12-02', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.membership VALUES (3, 3, 'manager', 'banned', false, 'reason 3: Chloé', NULL, '2026-11-30 11:30:00+00', '2026-11-30 11:30:00+00');


--
-- Data for Name: membership_activity; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.membership_activity VALUES (1, 1, 'verb 1: Chloé', 'uri 1: Chloé');
INSERT INTO public.membership_activity VALUES (2, 2, 'verb 2: Chloé', 'uri 2: Chloé');
INSERT INTO public.membership_activity VALUES (3, 3, 'verb 3: Chloé', 'uri 3: Chloé');


--
-- Data for Name: mute; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.mute VALUES (1, 1, 1, false, '2026-11-30 09:30:00+00');
INSERT INTO public.mute VALUES (2, 2, 2, true, '2026-11-30 10:30:00+00');
INSERT INTO public.mute VALUES (3, 3, 3, false, NULL);


--
-- Data for Name: notification; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notification VALUES (1, 1, 'accepted', 'cause 1: Chloé', 'bundle 1: Chloé', 1, 1, 1, 'detail 1: Chloé', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.notification VALUES (2, 2, 'mention', 'cause 2: Chloé', 'bundle 2: Chloé', 2, 2, 2, 'detail 2: Chloé', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.notification VALUES (3, 3, 'new_ask', 'cause 3: Chloé', 'bundle 3: Chloé', NULL, NULL, NULL, 'detail 3: Chloé', NULL, NULL, NULL, '2026-11-30 11:30:00+00');


--
-- Data for Name: notification_group_wish; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notification_group_wish VALUES (1, 1, 'important', 'choices 1: Chloé');
INSERT INTO public.notification_group_wish VALUES (2, 2, 'digest', 'choices 2: Chloé');
INSERT INTO public.notification_group_wish VALUES (3, 3, 'all', 'choices 3: Chloé');


--
-- Data for Name: notification_reader; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notification_reader VALUES (1, 1, 'important', 'choices 1: Chloé', 1, 1, 1, false, '2026-12-01', '2026-12-01', false, false);
INSERT INTO public.notification_reader VALUES (2, 2, 'digest', 'choices 2: Chloé', 2, 2, 2, true, '2026-12-02', '2026-12-02', true, true);
INSERT INTO public.notification_reader VALUES (3, 3, 'all', 'choices 3: Chloé', 3, 3, 3, false, NULL, NULL, false, false);


--
-- Data for Name: outgoing_activity; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outgoing_activity VALUES (1, 1, 'verb 1: Chloé', 1, 'body 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.outgoing_activity VALUES (2, 2, 'verb 2: Chloé', 2, 'body 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.outgoing_activity VALUES (3, 3, 'verb 3: Chloé', NULL, 'body 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: parents_group; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.parents_group VALUES (1, 'school', 'active', 'approval', 'here', false, false, 'rules 1: Chloé', 'questions 1: Chloé', 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', false, false);
INSERT INTO public.parents_group VALUES (2, 'association', 'ending', 'invite', 'public', true, true, 'rules 2: Chloé', 'questions 2: Chloé', 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', true, true);
INSERT INTO public.parents_group VALUES (3, 'activity', 'proposed', 'open', 'members', false, false, 'rules 3: Chloé', 'questions 3: Chloé', NULL, NULL, '2026-11-30 11:30:00+00', false, false);


--
-- Data for Name: place; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.place VALUES (1, 'country 1: Chloé', 'code 1: Chloé', 'name 1: Chloé', 'district 1: Chloé', 'postcodes 1: Chloé', 'aliases 1: Chloé', 'words 1: Chloé', 1.5, 1.5, false, 1, false, 'source 1: Chloé');
INSERT INTO public.place VALUES (2, 'country 2: Chloé', 'code 2: Chloé', 'name 2: Chloé', 'district 2: Chloé', 'postcodes 2: Chloé', 'aliases 2: Chloé', 'words 2: Chloé', 2.5, 2.5, true, 2, true, 'source 2: Chloé');
INSERT INTO public.place VALUES (3, 'country 3: Chloé', 'code 3: Chloé', 'name 3: Chloé', 'district 3: Chloé', 'postcodes 3: Chloé', 'aliases 3: Chloé', 'words 3: Chloé', NULL, NULL, false, NULL, false, 'source 3: Chloé');


--
-- Data for Name: place_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.place_key VALUES ('key 1: Chloé', 1, 1, 1, 'country 1: Chloé');
INSERT INTO public.place_key VALUES ('key 2: Chloé', 2, 2, 2, 'country 2: Chloé');
INSERT INTO public.place_key VALUES ('key 3: Chloé', 3, 3, 3, 'country 3: Chloé');


--
-- Data for Name: place_source; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.place_source VALUES ('name 1: Chloé', 'digest 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.place_source VALUES ('name 2: Chloé', 'digest 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.place_source VALUES ('name 3: Chloé', 'digest 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: poll; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.poll VALUES (1, false, '2026-11-30 09:30:00+00', 1);
INSERT INTO public.poll VALUES (2, true, '2026-11-30 10:30:00+00', 2);
INSERT INTO public.poll VALUES (3, false, NULL, 3);


--
-- Data for Name: poll_ballot; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.poll_ballot VALUES (1, 1, 'choices 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.poll_ballot VALUES (2, 2, 'choices 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.poll_ballot VALUES (3, 3, 'choices 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: poll_option; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.poll_option VALUES (1, 1, 'text 1: Chloé', 1);
INSERT INTO public.poll_option VALUES (2, 2, 'text 2: Chloé', 2);
INSERT INTO public.poll_option VALUES (3, 3, 'text 3: Chloé', 3);


--
-- Data for Name: post; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.post VALUES (1, 1, false, 1, 1, 'question', 'group', false, 'visible', 'text 1: Chloé', 'html 1: Chloé', 'warning 1: Chloé', false, 'language 1: Chloé', 1, false, false, 1, 1, 1, 1, 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', 'reason 1: Chloé', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', 1, '2026-11-30 09:30:00+00', false);
INSERT INTO public.post VALUES (2, 2, true, 2, 2, 'announcement', 'followers', true, 'hidden', 'text 2: Chloé', 'html 2: Chloé', 'warning 2: Chloé', true, 'language 2: Chloé', 2, true, true, 2, 2, 2, 2, 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', 'reason 2: Chloé', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', 2, '2026-11-30 10:30:00+00', true);
INSERT INTO public.post VALUES (3, 3, false, NULL, NULL, 'swap', 'here', false, 'deleted', 'text 3: Chloé', 'html 3: Chloé', 'warning 3: Chloé', false, 'language 3: Chloé', 3, false, false, NULL, 3, 3, 3, NULL, NULL, NULL, NULL, 'reason 3: Chloé', NULL, '2026-11-30 11:30:00+00', NULL, NULL, false);


--
-- Data for Name: post_mention; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.post_mention VALUES (1, 1);
INSERT INTO public.post_mention VALUES (2, 2);
INSERT INTO public.post_mention VALUES (3, 3);


--
-- Data for Name: post_photo; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.post_photo VALUES (1, 1, 1);
INSERT INTO public.post_photo VALUES (2, 2, 2);
INSERT INTO public.post_photo VALUES (3, 3, 3);


--
-- Data for Name: post_recipient; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.post_recipient VALUES (1, 1);
INSERT INTO public.post_recipient VALUES (2, 2);
INSERT INTO public.post_recipient VALUES (3, 3);


--
-- Data for Name: post_tag; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.post_tag VALUES ('tag 1: Chloé', 1);
INSERT INTO public.post_tag VALUES ('tag 2: Chloé', 2);
INSERT INTO public.post_tag VALUES ('tag 3: Chloé', 3);


--
-- Data for Name: post_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.post_version VALUES (1, 1, 'text 1: Chloé', 'html 1: Chloé', 'warning 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.post_version VALUES (2, 2, 'text 2: Chloé', 'html 2: Chloé', 'warning 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.post_version VALUES (3, 3, 'text 3: Chloé', 'html 3: Chloé', 'warning 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: push_subscription; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.push_subscription VALUES (1, 1, 1, 'endpoint 1: Chloé', 'p256dh 1: Chloé', 'auth 1: Chloé', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.push_subscription VALUES (2, 2, 2, 'endpoint 2: Chloé', 'p256dh 2: Chloé', 'auth 2: Chloé', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.push_subscription VALUES (3, 3, 3, 'endpoint 3: Chloé', 'p256dh 3: Chloé', 'auth 3: Chloé', NULL, '2026-11-30 11:30:00+00', '2026-11-30 11:30:00+00');


--
-- Data for Name: recovery_code; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.recovery_code VALUES (1, 1, 'code_digest 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.recovery_code VALUES (2, 2, 'code_digest 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.recovery_code VALUES (3, 3, 'code_digest 3: Chloé', NULL);


--
-- Data for Name: remote_actor; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.remote_actor VALUES (1, 'uri 1: Chloé', 'inbox 1: Chloé', 'shared_inbox 1: Chloé', 'followers 1: Chloé', 'outbox 1: Chloé', 'url 1: Chloé', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', 'also_known_as 1: Chloé', 'moved_to 1: Chloé', '2026-11-30 09:30:00+00', 'picture_url 1: Chloé');
INSERT INTO public.remote_actor VALUES (2, 'uri 2: Chloé', 'inbox 2: Chloé', 'shared_inbox 2: Chloé', 'followers 2: Chloé', 'outbox 2: Chloé', 'url 2: Chloé', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', 'also_known_as 2: Chloé', 'moved_to 2: Chloé', '2026-11-30 10:30:00+00', 'picture_url 2: Chloé');
INSERT INTO public.remote_actor VALUES (3, 'uri 3: Chloé', 'inbox 3: Chloé', 'shared_inbox 3: Chloé', 'followers 3: Chloé', 'outbox 3: Chloé', 'url 3: Chloé', '2026-11-30 11:30:00+00', NULL, 'also_known_as 3: Chloé', 'moved_to 3: Chloé', NULL, 'picture_url 3: Chloé');


--
-- Data for Name: remote_farewell; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.remote_farewell VALUES ('uri 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.remote_farewell VALUES ('uri 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.remote_farewell VALUES ('uri 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: remote_group; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.remote_group VALUES (1, false, 'members 1: Chloé');
INSERT INTO public.remote_group VALUES (2, true, 'members 2: Chloé');
INSERT INTO public.remote_group VALUES (3, false, 'members 3: Chloé');


--
-- Data for Name: remote_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.remote_key VALUES ('id 1: Chloé', 'owner 1: Chloé', 'ed25519', 'public 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.remote_key VALUES ('id 2: Chloé', 'owner 2: Chloé', 'rsa', 'public 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.remote_key VALUES ('id 3: Chloé', 'owner 3: Chloé', 'ed25519', 'public 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: remote_picture; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.remote_picture VALUES (1, 1, 'url 1: Chloé', 'description 1: Chloé', 1.5, 1.5);
INSERT INTO public.remote_picture VALUES (2, 2, 'url 2: Chloé', 'description 2: Chloé', 2.5, 2.5);
INSERT INTO public.remote_picture VALUES (3, 3, 'url 3: Chloé', 'description 3: Chloé', 3.5, 3.5);


--
-- Data for Name: remote_post; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.remote_post VALUES (1, 'uri 1: Chloé', 'url 1: Chloé', 'missing_uri 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.remote_post VALUES (2, 'uri 2: Chloé', 'url 2: Chloé', 'missing_uri 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.remote_post VALUES (3, 'uri 3: Chloé', 'url 3: Chloé', 'missing_uri 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: report; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.report VALUES (1, 'person', 1, 1, 1, 'illegal', 'hidden', false, false, 1, 'snapshot 1: Chloé', 'shown_as 1: Chloé', '2026-11-30 09:30:00+00', 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.report VALUES (2, 'group', 2, 2, 2, 'harassment', 'assigned', true, true, 2, 'snapshot 2: Chloé', 'shown_as 2: Chloé', '2026-11-30 10:30:00+00', 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.report VALUES (3, 'address', NULL, NULL, NULL, 'personal_data', 'decided', false, false, 3, 'snapshot 3: Chloé', 'shown_as 3: Chloé', NULL, NULL, NULL, NULL, '2026-11-30 11:30:00+00');


--
-- Data for Name: retention_period; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.retention_period VALUES ('name 1: Chloé', 1);
INSERT INTO public.retention_period VALUES ('name 2: Chloé', 2);
INSERT INTO public.retention_period VALUES ('name 3: Chloé', 3);


--
-- Data for Name: retired_handle; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.retired_handle VALUES ('digest 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.retired_handle VALUES ('digest 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.retired_handle VALUES ('digest 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: sealed_copy; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sealed_copy VALUES (1, '\x01', '2026-11-30 09:30:00+00');
INSERT INTO public.sealed_copy VALUES (2, '\x02', '2026-11-30 10:30:00+00');
INSERT INTO public.sealed_copy VALUES (3, '\x03', '2026-11-30 11:30:00+00');


--
-- Data for Name: search_document; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.search_document VALUES (1, 'terms 1: Chloé');
INSERT INTO public.search_document VALUES (2, 'terms 2: Chloé');
INSERT INTO public.search_document VALUES (3, 'terms 3: Chloé');


--
-- Data for Name: second_factor; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.second_factor VALUES (1, '\x01', 1, 1, '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.second_factor VALUES (2, '\x02', 2, 2, '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.second_factor VALUES (3, '\x03', 3, 3, NULL, '2026-11-30 11:30:00+00');


--
-- Data for Name: second_home; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.second_home VALUES (1, 'also_known_as 1: Chloé', 'moved_to 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.second_home VALUES (2, 'also_known_as 2: Chloé', 'moved_to 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.second_home VALUES (3, 'also_known_as 3: Chloé', 'moved_to 3: Chloé', NULL);


--
-- Data for Name: submitted_form; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.submitted_form VALUES ('key 1: Chloé', 'location 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.submitted_form VALUES ('key 2: Chloé', 'location 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.submitted_form VALUES ('key 3: Chloé', 'location 3: Chloé', '2026-11-30 11:30:00+00');


--
-- Data for Name: swap; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.swap VALUES (1, 'offer', 'category 1: Chloé', 'urgent_reason 1: Chloé', '2026-11-30 09:30:00+00');
INSERT INTO public.swap VALUES (2, 'ask', 'category 2: Chloé', 'urgent_reason 2: Chloé', '2026-11-30 10:30:00+00');
INSERT INTO public.swap VALUES (3, 'offer', 'category 3: Chloé', 'urgent_reason 3: Chloé', NULL);


--
-- Data for Name: thanks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.thanks VALUES (1, 1, '2026-11-30 09:30:00+00');
INSERT INTO public.thanks VALUES (2, 2, '2026-11-30 10:30:00+00');
INSERT INTO public.thanks VALUES (3, 3, '2026-11-30 11:30:00+00');


--
-- Data for Name: town; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.town VALUES ('host 1: Chloé', 'limited', 'note 1: Chloé', '2026-11-30 09:30:00+00', 'offered', 'offer_uri 1: Chloé', 'place_uri 1: Chloé', 'name 1: Chloé', 'software 1: Chloé', 'capabilities 1: Chloé', '2026-11-30 09:30:00+00', '2026-11-30 09:30:00+00');
INSERT INTO public.town VALUES ('host 2: Chloé', 'known', 'note 2: Chloé', '2026-11-30 10:30:00+00', 'asked', 'offer_uri 2: Chloé', 'place_uri 2: Chloé', 'name 2: Chloé', 'software 2: Chloé', 'capabilities 2: Chloé', '2026-11-30 10:30:00+00', '2026-11-30 10:30:00+00');
INSERT INTO public.town VALUES ('host 3: Chloé', 'ally', 'note 3: Chloé', NULL, 'twinned', 'offer_uri 3: Chloé', 'place_uri 3: Chloé', 'name 3: Chloé', 'software 3: Chloé', 'capabilities 3: Chloé', NULL, NULL);


--
-- Data for Name: word_filter; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.word_filter VALUES (1, 1, 'title 1: Chloé', 'contexts 1: Chloé', 'hide', '2026-11-30 09:30:00+00');
INSERT INTO public.word_filter VALUES (2, 2, 'title 2: Chloé', 'contexts 2: Chloé', 'warn', '2026-11-30 10:30:00+00');
INSERT INTO public.word_filter VALUES (3, 3, 'title 3: Chloé', 'contexts 3: Chloé', 'hide', NULL);


--
-- Name: notification_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.notification_id_seq', 1, false);


--
-- Name: push_subscription_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.push_subscription_id_seq', 1, false);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: access_token pk_access_token; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT pk_access_token PRIMARY KEY (id);


--
-- Name: account pk_account; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT pk_account PRIMARY KEY (id);


--
-- Name: actor pk_actor; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.actor
    ADD CONSTRAINT pk_actor PRIMARY KEY (id);


--
-- Name: actor_key pk_actor_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.actor_key
    ADD CONSTRAINT pk_actor_key PRIMARY KEY (actor_id, name);


--
-- Name: actor_note pk_actor_note; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.actor_note
    ADD CONSTRAINT pk_actor_note PRIMARY KEY (by_actor_id, actor_id);


--
-- Name: anonymous_author pk_anonymous_author; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.anonymous_author
    ADD CONSTRAINT pk_anonymous_author PRIMARY KEY (post_id);


--
-- Name: appeal pk_appeal; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT pk_appeal PRIMARY KEY (id);


--
-- Name: audit_entry pk_audit_entry; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT pk_audit_entry PRIMARY KEY (id);


--
-- Name: audit_gate pk_audit_gate; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_gate
    ADD CONSTRAINT pk_audit_gate PRIMARY KEY (id);


--
-- Name: block pk_block; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.block
    ADD CONSTRAINT pk_block PRIMARY KEY (by_actor_id, actor_id);


--
-- Name: browser_session pk_browser_session; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.browser_session
    ADD CONSTRAINT pk_browser_session PRIMARY KEY (id);


--
-- Name: complaint pk_complaint; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.complaint
    ADD CONSTRAINT pk_complaint PRIMARY KEY (id);


--
-- Name: consent pk_consent; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consent
    ADD CONSTRAINT pk_consent PRIMARY KEY (id);


--
-- Name: conversation pk_conversation; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT pk_conversation PRIMARY KEY (id);


--
-- Name: conversation_member pk_conversation_member; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_member
    ADD CONSTRAINT pk_conversation_member PRIMARY KEY (conversation_id, actor_id);


--
-- Name: conversation_post pk_conversation_post; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_post
    ADD CONSTRAINT pk_conversation_post PRIMARY KEY (post_id);


--
-- Name: decision pk_decision; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT pk_decision PRIMARY KEY (id);


--
-- Name: delivery pk_delivery; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT pk_delivery PRIMARY KEY (activity_id, inbox_id);


--
-- Name: delivery_host pk_delivery_host; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_host
    ADD CONSTRAINT pk_delivery_host PRIMARY KEY (id);


--
-- Name: email_link pk_email_link; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.email_link
    ADD CONSTRAINT pk_email_link PRIMARY KEY (id);


--
-- Name: filter_word pk_filter_word; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.filter_word
    ADD CONSTRAINT pk_filter_word PRIMARY KEY (id);


--
-- Name: follow pk_follow; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follow
    ADD CONSTRAINT pk_follow PRIMARY KEY (follower_actor_id, followed_actor_id);


--
-- Name: follow_activity pk_follow_activity; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follow_activity
    ADD CONSTRAINT pk_follow_activity PRIMARY KEY (follower_actor_id, followed_actor_id);


--
-- Name: group_topic pk_group_topic; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.group_topic
    ADD CONSTRAINT pk_group_topic PRIMARY KEY (id);


--
-- Name: heard_in_group pk_heard_in_group; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.heard_in_group
    ADD CONSTRAINT pk_heard_in_group PRIMARY KEY (post_id);


--
-- Name: home_entry pk_home_entry; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.home_entry
    ADD CONSTRAINT pk_home_entry PRIMARY KEY (account_id, post_id);


--
-- Name: inbox pk_inbox; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT pk_inbox PRIMARY KEY (id);


--
-- Name: inbox_item pk_inbox_item; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_item
    ADD CONSTRAINT pk_inbox_item PRIMARY KEY (id);


--
-- Name: instance pk_instance; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.instance
    ADD CONSTRAINT pk_instance PRIMARY KEY (id);


--
-- Name: invite_link pk_invite_link; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invite_link
    ADD CONSTRAINT pk_invite_link PRIMARY KEY (id);


--
-- Name: job pk_job; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT pk_job PRIMARY KEY (id);


--
-- Name: join_request pk_join_request; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.join_request
    ADD CONSTRAINT pk_join_request PRIMARY KEY (id);


--
-- Name: legal_page pk_legal_page; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.legal_page
    ADD CONSTRAINT pk_legal_page PRIMARY KEY (id);


--
-- Name: like_activity pk_like_activity; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.like_activity
    ADD CONSTRAINT pk_like_activity PRIMARY KEY (uri);


--
-- Name: media_attachment pk_media_attachment; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.media_attachment
    ADD CONSTRAINT pk_media_attachment PRIMARY KEY (id);


--
-- Name: membership pk_membership; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT pk_membership PRIMARY KEY (group_id, actor_id);


--
-- Name: membership_activity pk_membership_activity; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.membership_activity
    ADD CONSTRAINT pk_membership_activity PRIMARY KEY (group_id, actor_id);


--
-- Name: mute pk_mute; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mute
    ADD CONSTRAINT pk_mute PRIMARY KEY (by_actor_id, actor_id);


--
-- Name: notification pk_notification; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT pk_notification PRIMARY KEY (id);


--
-- Name: notification_group_wish pk_notification_group_wish; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_group_wish
    ADD CONSTRAINT pk_notification_group_wish PRIMARY KEY (account_id, group_id);


--
-- Name: notification_reader pk_notification_reader; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_reader
    ADD CONSTRAINT pk_notification_reader PRIMARY KEY (account_id);


--
-- Name: outgoing_activity pk_outgoing_activity; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outgoing_activity
    ADD CONSTRAINT pk_outgoing_activity PRIMARY KEY (id);


--
-- Name: parents_group pk_parents_group; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.parents_group
    ADD CONSTRAINT pk_parents_group PRIMARY KEY (actor_id);


--
-- Name: place pk_place; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place
    ADD CONSTRAINT pk_place PRIMARY KEY (id);


--
-- Name: place_key pk_place_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place_key
    ADD CONSTRAINT pk_place_key PRIMARY KEY (key, place_id);


--
-- Name: place_source pk_place_source; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place_source
    ADD CONSTRAINT pk_place_source PRIMARY KEY (name);


--
-- Name: poll pk_poll; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.poll
    ADD CONSTRAINT pk_poll PRIMARY KEY (post_id);


--
-- Name: poll_ballot pk_poll_ballot; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.poll_ballot
    ADD CONSTRAINT pk_poll_ballot PRIMARY KEY (post_id, actor_id);


--
-- Name: poll_option pk_poll_option; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.poll_option
    ADD CONSTRAINT pk_poll_option PRIMARY KEY (post_id, "position");


--
-- Name: post pk_post; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post
    ADD CONSTRAINT pk_post PRIMARY KEY (id);


--
-- Name: post_mention pk_post_mention; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_mention
    ADD CONSTRAINT pk_post_mention PRIMARY KEY (post_id, actor_id);


--
-- Name: post_photo pk_post_photo; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_photo
    ADD CONSTRAINT pk_post_photo PRIMARY KEY (post_id, "position");


--
-- Name: post_recipient pk_post_recipient; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_recipient
    ADD CONSTRAINT pk_post_recipient PRIMARY KEY (post_id, actor_id);


--
-- Name: post_tag pk_post_tag; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_tag
    ADD CONSTRAINT pk_post_tag PRIMARY KEY (tag, post_id);


--
-- Name: post_version pk_post_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_version
    ADD CONSTRAINT pk_post_version PRIMARY KEY (id);


--
-- Name: push_subscription pk_push_subscription; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT pk_push_subscription PRIMARY KEY (id);


--
-- Name: recovery_code pk_recovery_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT pk_recovery_code PRIMARY KEY (id);


--
-- Name: remote_actor pk_remote_actor; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_actor
    ADD CONSTRAINT pk_remote_actor PRIMARY KEY (actor_id);


--
-- Name: remote_farewell pk_remote_farewell; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_farewell
    ADD CONSTRAINT pk_remote_farewell PRIMARY KEY (uri);


--
-- Name: remote_group pk_remote_group; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_group
    ADD CONSTRAINT pk_remote_group PRIMARY KEY (actor_id);


--
-- Name: remote_key pk_remote_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_key
    ADD CONSTRAINT pk_remote_key PRIMARY KEY (id);


--
-- Name: remote_picture pk_remote_picture; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_picture
    ADD CONSTRAINT pk_remote_picture PRIMARY KEY (post_id, "position");


--
-- Name: remote_post pk_remote_post; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_post
    ADD CONSTRAINT pk_remote_post PRIMARY KEY (post_id);


--
-- Name: report pk_report; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report
    ADD CONSTRAINT pk_report PRIMARY KEY (id);


--
-- Name: retention_period pk_retention_period; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.retention_period
    ADD CONSTRAINT pk_retention_period PRIMARY KEY (name);


--
-- Name: retired_handle pk_retired_handle; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.retired_handle
    ADD CONSTRAINT pk_retired_handle PRIMARY KEY (digest);


--
-- Name: sealed_copy pk_sealed_copy; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sealed_copy
    ADD CONSTRAINT pk_sealed_copy PRIMARY KEY (report_id);


--
-- Name: search_document pk_search_document; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_document
    ADD CONSTRAINT pk_search_document PRIMARY KEY (post_id);


--
-- Name: second_factor pk_second_factor; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT pk_second_factor PRIMARY KEY (account_id);


--
-- Name: second_home pk_second_home; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_home
    ADD CONSTRAINT pk_second_home PRIMARY KEY (actor_id);


--
-- Name: submitted_form pk_submitted_form; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.submitted_form
    ADD CONSTRAINT pk_submitted_form PRIMARY KEY (key);


--
-- Name: swap pk_swap; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.swap
    ADD CONSTRAINT pk_swap PRIMARY KEY (post_id);


--
-- Name: thanks pk_thanks; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.thanks
    ADD CONSTRAINT pk_thanks PRIMARY KEY (post_id, actor_id);


--
-- Name: town pk_town; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.town
    ADD CONSTRAINT pk_town PRIMARY KEY (host);


--
-- Name: word_filter pk_word_filter; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.word_filter
    ADD CONSTRAINT pk_word_filter PRIMARY KEY (id);


--
-- Name: access_token uq_access_token_token_digest; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT uq_access_token_token_digest UNIQUE (token_digest);


--
-- Name: account uq_account_actor_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT uq_account_actor_id UNIQUE (actor_id);


--
-- Name: actor uq_actor_handle_domain; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.actor
    ADD CONSTRAINT uq_actor_handle_domain UNIQUE (handle, domain);


--
-- Name: appeal uq_appeal_decision_id_complaint_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT uq_appeal_decision_id_complaint_id UNIQUE (decision_id, complaint_id);


--
-- Name: browser_session uq_browser_session_token_digest; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.browser_session
    ADD CONSTRAINT uq_browser_session_token_digest UNIQUE (token_digest);


--
-- Name: conversation uq_conversation_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT uq_conversation_key UNIQUE (key);


--
-- Name: delivery_host uq_delivery_host_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_host
    ADD CONSTRAINT uq_delivery_host_name UNIQUE (name);


--
-- Name: inbox_item uq_inbox_item_mark; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_item
    ADD CONSTRAINT uq_inbox_item_mark UNIQUE (mark);


--
-- Name: inbox uq_inbox_url; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT uq_inbox_url UNIQUE (url);


--
-- Name: invite_link uq_invite_link_token; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invite_link
    ADD CONSTRAINT uq_invite_link_token UNIQUE (token);


--
-- Name: job uq_job_schedule; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT uq_job_schedule UNIQUE (schedule);


--
-- Name: media_attachment uq_media_attachment_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.media_attachment
    ADD CONSTRAINT uq_media_attachment_name UNIQUE (name);


--
-- Name: notification uq_notification_cause_account_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT uq_notification_cause_account_id UNIQUE (cause, account_id);


--
-- Name: place uq_place_country_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place
    ADD CONSTRAINT uq_place_country_code UNIQUE (country, code);


--
-- Name: post_photo uq_post_photo_media_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_photo
    ADD CONSTRAINT uq_post_photo_media_id UNIQUE (media_id);


--
-- Name: push_subscription uq_push_subscription_endpoint; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT uq_push_subscription_endpoint UNIQUE (endpoint);


--
-- Name: remote_actor uq_remote_actor_uri; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_actor
    ADD CONSTRAINT uq_remote_actor_uri UNIQUE (uri);


--
-- Name: remote_post uq_remote_post_uri; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_post
    ADD CONSTRAINT uq_remote_post_uri UNIQUE (uri);


--
-- Name: ix_access_token_account_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_access_token_account_id ON public.access_token USING btree (account_id);


--
-- Name: ix_account_decided_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_account_decided_at ON public.account USING btree (decided_at);


--
-- Name: ix_account_email; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_account_email ON public.account USING btree (email);


--
-- Name: ix_account_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_account_state ON public.account USING btree (state);


--
-- Name: ix_actor_note_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_actor_note_actor_id ON public.actor_note USING btree (actor_id);


--
-- Name: ix_anonymous_author_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_anonymous_author_actor_id ON public.anonymous_author USING btree (actor_id);


--
-- Name: ix_appeal_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_appeal_state ON public.appeal USING btree (state, id);


--
-- Name: ix_audit_entry_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_created_at ON public.audit_entry USING btree (created_at);


--
-- Name: ix_audit_entry_group_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_group_id ON public.audit_entry USING btree (group_id, id) WHERE (group_id IS NOT NULL);


--
-- Name: ix_audit_entry_subject_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_subject_id ON public.audit_entry USING btree (subject_id);


--
-- Name: ix_block_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_block_actor_id ON public.block USING btree (actor_id);


--
-- Name: ix_block_by_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_block_by_actor_id ON public.block USING btree (by_actor_id, id);


--
-- Name: ix_browser_session_account_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_browser_session_account_id ON public.browser_session USING btree (account_id);


--
-- Name: ix_browser_session_expires_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_browser_session_expires_at ON public.browser_session USING btree (expires_at);


--
-- Name: ix_complaint_by_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_complaint_by_actor_id ON public.complaint USING btree (by_actor_id, id);


--
-- Name: ix_complaint_report_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_complaint_report_id ON public.complaint USING btree (report_id);


--
-- Name: ix_consent_account_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_consent_account_id ON public.consent USING btree (account_id);


--
-- Name: ix_conversation_about_post_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_conversation_about_post_id ON public.conversation USING btree (about_post_id);


--
-- Name: ix_conversation_last_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_conversation_last_at ON public.conversation USING btree (last_at);


--
-- Name: ix_conversation_member_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_conversation_member_actor_id ON public.conversation_member USING btree (actor_id, state, last_post_id);


--
-- Name: ix_conversation_member_unread; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_conversation_member_unread ON public.conversation_member USING btree (actor_id, state) WHERE (last_post_id > read_post_id);


--
-- Name: ix_conversation_post_order; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_conversation_post_order ON public.conversation_post USING btree (conversation_id, post_id);


--
-- Name: ix_conversation_started; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_conversation_started ON public.conversation USING btree (started_by_actor_id, created_at);


--
-- Name: ix_decision_decided_by_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_decision_decided_by_actor_id ON public.decision USING btree (decided_by_actor_id);


--
-- Name: ix_decision_report_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_decision_report_id ON public.decision USING btree (report_id, id);


--
-- Name: ix_delivery_host_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_delivery_host_due ON public.delivery_host USING btree (due_at, id) WHERE (due_at IS NOT NULL);


--
-- Name: ix_delivery_lane; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_delivery_lane ON public.delivery USING btree (host_id, lane, activity_id) WHERE ((state)::text = 'waiting'::text);


--
-- Name: ix_delivery_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_delivery_waiting ON public.delivery USING btree (host_id, due_at, activity_id) WHERE ((state)::text = 'waiting'::text);


--
-- Name: ix_email_link_account_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_email_link_account_id ON public.email_link USING btree (account_id);


--
-- Name: ix_email_link_browser; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_email_link_browser ON public.email_link USING btree (browser);


--
-- Name: ix_email_link_expires_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_email_link_expires_at ON public.email_link USING btree (expires_at);


--
-- Name: ix_email_link_request_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_email_link_request_id ON public.email_link USING btree (request_id);


--
-- Name: ix_filter_word_filter_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_filter_word_filter_id ON public.filter_word USING btree (filter_id);


--
-- Name: ix_follow_activity_uri; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_follow_activity_uri ON public.follow_activity USING btree (uri);


--
-- Name: ix_follow_followers; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_follow_followers ON public.follow USING btree (followed_actor_id, state, id);


--
-- Name: ix_follow_following; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_follow_following ON public.follow USING btree (follower_actor_id, state, id);


--
-- Name: ix_group_topic_group_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_group_topic_group_id ON public.group_topic USING btree (group_id, "position");


--
-- Name: ix_home_entry_post_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_home_entry_post_id ON public.home_entry USING btree (post_id);


--
-- Name: ix_inbox_item_received; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_inbox_item_received ON public.inbox_item USING btree (received_at);


--
-- Name: ix_invite_link_by_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_invite_link_by_actor_id ON public.invite_link USING btree (by_actor_id);


--
-- Name: ix_invite_link_group_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_invite_link_group_id ON public.invite_link USING btree (group_id);


--
-- Name: ix_job_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_job_due ON public.job USING btree (run_at, id) WHERE ((state)::text = 'waiting'::text);


--
-- Name: ix_job_order; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_job_order ON public.job USING btree (ordering_key, id) WHERE (ordering_key IS NOT NULL);


--
-- Name: ix_join_request_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_join_request_actor_id ON public.join_request USING btree (actor_id);


--
-- Name: ix_join_request_decided_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_join_request_decided_at ON public.join_request USING btree (decided_at);


--
-- Name: ix_join_request_group_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_join_request_group_id ON public.join_request USING btree (group_id, state);


--
-- Name: ix_legal_page_kind; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_legal_page_kind ON public.legal_page USING btree (kind, language, id);


--
-- Name: ix_like_activity_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_like_activity_actor_id ON public.like_activity USING btree (actor_id);


--
-- Name: ix_like_activity_post_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_like_activity_post_id ON public.like_activity USING btree (post_id, actor_id);


--
-- Name: ix_media_attachment_by_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_media_attachment_by_actor_id ON public.media_attachment USING btree (by_actor_id);


--
-- Name: ix_media_attachment_for_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_media_attachment_for_actor_id ON public.media_attachment USING btree (for_actor_id);


--
-- Name: ix_media_attachment_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_media_attachment_waiting ON public.media_attachment USING btree (created_at) WHERE (attached_at IS NULL);


--
-- Name: ix_membership_activity_uri; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_membership_activity_uri ON public.membership_activity USING btree (uri);


--
-- Name: ix_membership_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_membership_actor_id ON public.membership USING btree (actor_id, state);


--
-- Name: ix_membership_group_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_membership_group_id ON public.membership USING btree (group_id, state, role, since_at);


--
-- Name: ix_mute_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_mute_actor_id ON public.mute USING btree (actor_id);


--
-- Name: ix_mute_by_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_mute_by_actor_id ON public.mute USING btree (by_actor_id, id);


--
-- Name: ix_mute_until_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_mute_until_at ON public.mute USING btree (until_at);


--
-- Name: ix_notification_account_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_notification_account_id ON public.notification USING btree (account_id, id);


--
-- Name: ix_notification_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_notification_created_at ON public.notification USING btree (created_at);


--
-- Name: ix_notification_group_wish_group_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_notification_group_wish_group_id ON public.notification_group_wish USING btree (group_id);


--
-- Name: ix_notification_held_until_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_notification_held_until_at ON public.notification USING btree (held_until_at) WHERE (held_until_at IS NOT NULL);


--
-- Name: ix_notification_rung_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_notification_rung_at ON public.notification USING btree (account_id, kind, rung_at) WHERE (rung_at IS NOT NULL);


--
-- Name: ix_outgoing_activity_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outgoing_activity_actor_id ON public.outgoing_activity USING btree (actor_id, id);


--
-- Name: ix_outgoing_activity_expires_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outgoing_activity_expires_at ON public.outgoing_activity USING btree (expires_at) WHERE ((body)::text <> ''::text);


--
-- Name: ix_outgoing_activity_post_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outgoing_activity_post_id ON public.outgoing_activity USING btree (post_id, id);


--
-- Name: ix_parents_group_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_parents_group_state ON public.parents_group USING btree (state);


--
-- Name: ix_place_key_place_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_place_key_place_id ON public.place_key USING btree (place_id);


--
-- Name: ix_place_source; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_place_source ON public.place USING btree (source);


--
-- Name: ix_poll_ends_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_poll_ends_at ON public.poll USING btree (ends_at);


--
-- Name: ix_post_author_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_author_actor_id ON public.post USING btree (author_actor_id, id);


--
-- Name: ix_post_deleted_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_deleted_at ON public.post USING btree (deleted_at);


--
-- Name: ix_post_group_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_group_id ON public.post USING btree (group_id, is_reply, id);


--
-- Name: ix_post_held; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_held ON public.post USING btree (group_id, id) WHERE ((state)::text = 'held'::text);


--
-- Name: ix_post_mention_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_mention_actor_id ON public.post_mention USING btree (actor_id, post_id);


--
-- Name: ix_post_recipient_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_recipient_actor_id ON public.post_recipient USING btree (actor_id, post_id);


--
-- Name: ix_post_root_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_root_id ON public.post USING btree (root_id, id);


--
-- Name: ix_post_topic_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_topic_id ON public.post USING btree (topic_id, id);


--
-- Name: ix_post_town; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_town ON public.post USING btree (is_reply, is_from_elsewhere, id) WHERE (group_id IS NULL);


--
-- Name: ix_post_version_post_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_version_post_id ON public.post_version USING btree (post_id, id);


--
-- Name: ix_post_version_replaced_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_post_version_replaced_at ON public.post_version USING btree (replaced_at);


--
-- Name: ix_push_subscription_account_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_push_subscription_account_id ON public.push_subscription USING btree (account_id);


--
-- Name: ix_push_subscription_session_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_push_subscription_session_id ON public.push_subscription USING btree (session_id);


--
-- Name: ix_recovery_code_account_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_recovery_code_account_id ON public.recovery_code USING btree (account_id);


--
-- Name: ix_remote_farewell_gone_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_remote_farewell_gone_at ON public.remote_farewell USING btree (gone_at);


--
-- Name: ix_remote_post_missing; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_remote_post_missing ON public.remote_post USING btree (missing_uri) WHERE ((missing_uri)::text <> ''::text);


--
-- Name: ix_remote_post_url; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_remote_post_url ON public.remote_post USING btree (url);


--
-- Name: ix_report_group_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_report_group_id ON public.report USING btree (group_id, state, id);


--
-- Name: ix_report_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_report_state ON public.report USING btree (state, id);


--
-- Name: ix_report_subject_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_report_subject_id ON public.report USING btree (subject_id, subject_kind, state);


--
-- Name: ix_report_target_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_report_target_actor_id ON public.report USING btree (target_actor_id, id);


--
-- Name: ix_sealed_copy_sealed_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sealed_copy_sealed_at ON public.sealed_copy USING btree (sealed_at);


--
-- Name: ix_search_document_terms; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_search_document_terms ON public.search_document USING gin (array_to_tsvector(string_to_array((terms)::text, ' '::text)));


--
-- Name: ix_submitted_form_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_submitted_form_created_at ON public.submitted_form USING btree (created_at);


--
-- Name: ix_swap_urgent_until_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_swap_urgent_until_at ON public.swap USING btree (urgent_until_at);


--
-- Name: ix_thanks_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_thanks_actor_id ON public.thanks USING btree (actor_id, post_id);


--
-- Name: ix_word_filter_account_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_word_filter_account_id ON public.word_filter USING btree (account_id);


--
-- Name: uq_appeal_target; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_appeal_target ON public.appeal USING btree (decision_id) WHERE (complaint_id IS NULL);


--
-- Name: uq_complaint_by; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_complaint_by ON public.complaint USING btree (report_id, by_actor_id) WHERE (by_actor_id IS NOT NULL);


--
-- Name: uq_join_request_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_join_request_pending ON public.join_request USING btree (group_id, actor_id) WHERE ((state)::text = 'pending'::text);


--
-- Name: audit_entry audit_entry_remains; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_entry_remains BEFORE TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.audit_entry_guard();


--
-- Name: audit_entry audit_entry_stays; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_entry_stays BEFORE DELETE OR UPDATE ON public.audit_entry FOR EACH ROW EXECUTE FUNCTION public.audit_entry_guard();


--
-- Name: access_token fk_access_token_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT fk_access_token_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: account fk_account_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT fk_account_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: account fk_account_invite_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT fk_account_invite_id FOREIGN KEY (invite_id) REFERENCES public.invite_link(id) ON DELETE SET NULL;


--
-- Name: account fk_account_place_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT fk_account_place_id FOREIGN KEY (place_id) REFERENCES public.place(id);


--
-- Name: actor_note fk_actor_note_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.actor_note
    ADD CONSTRAINT fk_actor_note_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: actor_note fk_actor_note_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.actor_note
    ADD CONSTRAINT fk_actor_note_by_actor_id FOREIGN KEY (by_actor_id) REFERENCES public.actor(id);


--
-- Name: anonymous_author fk_anonymous_author_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.anonymous_author
    ADD CONSTRAINT fk_anonymous_author_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: anonymous_author fk_anonymous_author_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.anonymous_author
    ADD CONSTRAINT fk_anonymous_author_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: appeal fk_appeal_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT fk_appeal_by_actor_id FOREIGN KEY (by_actor_id) REFERENCES public.actor(id);


--
-- Name: appeal fk_appeal_complaint_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT fk_appeal_complaint_id FOREIGN KEY (complaint_id) REFERENCES public.complaint(id) ON DELETE CASCADE;


--
-- Name: appeal fk_appeal_decided_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT fk_appeal_decided_by_actor_id FOREIGN KEY (decided_by_actor_id) REFERENCES public.actor(id);


--
-- Name: appeal fk_appeal_decision_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT fk_appeal_decision_id FOREIGN KEY (decision_id) REFERENCES public.decision(id) ON DELETE CASCADE;


--
-- Name: block fk_block_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.block
    ADD CONSTRAINT fk_block_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: block fk_block_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.block
    ADD CONSTRAINT fk_block_by_actor_id FOREIGN KEY (by_actor_id) REFERENCES public.actor(id);


--
-- Name: browser_session fk_browser_session_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.browser_session
    ADD CONSTRAINT fk_browser_session_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: complaint fk_complaint_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.complaint
    ADD CONSTRAINT fk_complaint_by_actor_id FOREIGN KEY (by_actor_id) REFERENCES public.actor(id);


--
-- Name: complaint fk_complaint_report_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.complaint
    ADD CONSTRAINT fk_complaint_report_id FOREIGN KEY (report_id) REFERENCES public.report(id) ON DELETE CASCADE;


--
-- Name: consent fk_consent_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consent
    ADD CONSTRAINT fk_consent_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: conversation fk_conversation_about_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT fk_conversation_about_post_id FOREIGN KEY (about_post_id) REFERENCES public.post(id) ON DELETE SET NULL;


--
-- Name: conversation_member fk_conversation_member_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_member
    ADD CONSTRAINT fk_conversation_member_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: conversation_member fk_conversation_member_conversation_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_member
    ADD CONSTRAINT fk_conversation_member_conversation_id FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;


--
-- Name: conversation_post fk_conversation_post_conversation_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_post
    ADD CONSTRAINT fk_conversation_post_conversation_id FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;


--
-- Name: conversation_post fk_conversation_post_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_post
    ADD CONSTRAINT fk_conversation_post_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: conversation fk_conversation_started_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT fk_conversation_started_by_actor_id FOREIGN KEY (started_by_actor_id) REFERENCES public.actor(id);


--
-- Name: decision fk_decision_decided_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_decided_by_actor_id FOREIGN KEY (decided_by_actor_id) REFERENCES public.actor(id);


--
-- Name: decision fk_decision_report_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_report_id FOREIGN KEY (report_id) REFERENCES public.report(id) ON DELETE CASCADE;


--
-- Name: delivery fk_delivery_activity_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT fk_delivery_activity_id FOREIGN KEY (activity_id) REFERENCES public.outgoing_activity(id) ON DELETE CASCADE;


--
-- Name: delivery fk_delivery_inbox_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT fk_delivery_inbox_id FOREIGN KEY (inbox_id) REFERENCES public.inbox(id);


--
-- Name: email_link fk_email_link_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.email_link
    ADD CONSTRAINT fk_email_link_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: filter_word fk_filter_word_filter_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.filter_word
    ADD CONSTRAINT fk_filter_word_filter_id FOREIGN KEY (filter_id) REFERENCES public.word_filter(id) ON DELETE CASCADE;


--
-- Name: follow_activity fk_follow_activity_followed_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follow_activity
    ADD CONSTRAINT fk_follow_activity_followed_actor_id FOREIGN KEY (followed_actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: follow_activity fk_follow_activity_follower_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follow_activity
    ADD CONSTRAINT fk_follow_activity_follower_actor_id FOREIGN KEY (follower_actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: follow fk_follow_followed_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follow
    ADD CONSTRAINT fk_follow_followed_actor_id FOREIGN KEY (followed_actor_id) REFERENCES public.actor(id);


--
-- Name: follow fk_follow_follower_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follow
    ADD CONSTRAINT fk_follow_follower_actor_id FOREIGN KEY (follower_actor_id) REFERENCES public.actor(id);


--
-- Name: group_topic fk_group_topic_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.group_topic
    ADD CONSTRAINT fk_group_topic_group_id FOREIGN KEY (group_id) REFERENCES public.parents_group(actor_id) ON DELETE CASCADE;


--
-- Name: heard_in_group fk_heard_in_group_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.heard_in_group
    ADD CONSTRAINT fk_heard_in_group_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: home_entry fk_home_entry_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.home_entry
    ADD CONSTRAINT fk_home_entry_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: home_entry fk_home_entry_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.home_entry
    ADD CONSTRAINT fk_home_entry_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: inbox fk_inbox_host_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT fk_inbox_host_id FOREIGN KEY (host_id) REFERENCES public.delivery_host(id) ON DELETE CASCADE;


--
-- Name: invite_link fk_invite_link_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invite_link
    ADD CONSTRAINT fk_invite_link_by_actor_id FOREIGN KEY (by_actor_id) REFERENCES public.actor(id);


--
-- Name: invite_link fk_invite_link_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invite_link
    ADD CONSTRAINT fk_invite_link_group_id FOREIGN KEY (group_id) REFERENCES public.actor(id);


--
-- Name: join_request fk_join_request_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.join_request
    ADD CONSTRAINT fk_join_request_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: join_request fk_join_request_decided_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.join_request
    ADD CONSTRAINT fk_join_request_decided_by_actor_id FOREIGN KEY (decided_by_actor_id) REFERENCES public.actor(id);


--
-- Name: join_request fk_join_request_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.join_request
    ADD CONSTRAINT fk_join_request_group_id FOREIGN KEY (group_id) REFERENCES public.parents_group(actor_id) ON DELETE CASCADE;


--
-- Name: join_request fk_join_request_invite_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.join_request
    ADD CONSTRAINT fk_join_request_invite_id FOREIGN KEY (invite_id) REFERENCES public.invite_link(id) ON DELETE SET NULL;


--
-- Name: like_activity fk_like_activity_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.like_activity
    ADD CONSTRAINT fk_like_activity_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: like_activity fk_like_activity_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.like_activity
    ADD CONSTRAINT fk_like_activity_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: media_attachment fk_media_attachment_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.media_attachment
    ADD CONSTRAINT fk_media_attachment_by_actor_id FOREIGN KEY (by_actor_id) REFERENCES public.actor(id);


--
-- Name: media_attachment fk_media_attachment_for_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.media_attachment
    ADD CONSTRAINT fk_media_attachment_for_actor_id FOREIGN KEY (for_actor_id) REFERENCES public.actor(id);


--
-- Name: membership_activity fk_membership_activity_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.membership_activity
    ADD CONSTRAINT fk_membership_activity_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: membership_activity fk_membership_activity_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.membership_activity
    ADD CONSTRAINT fk_membership_activity_group_id FOREIGN KEY (group_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: membership fk_membership_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: membership fk_membership_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_group_id FOREIGN KEY (group_id) REFERENCES public.parents_group(actor_id) ON DELETE CASCADE;


--
-- Name: mute fk_mute_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mute
    ADD CONSTRAINT fk_mute_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: mute fk_mute_by_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mute
    ADD CONSTRAINT fk_mute_by_actor_id FOREIGN KEY (by_actor_id) REFERENCES public.actor(id);


--
-- Name: notification fk_notification_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT fk_notification_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: notification fk_notification_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT fk_notification_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: notification fk_notification_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT fk_notification_group_id FOREIGN KEY (group_id) REFERENCES public.actor(id);


--
-- Name: notification_group_wish fk_notification_group_wish_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_group_wish
    ADD CONSTRAINT fk_notification_group_wish_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: notification_group_wish fk_notification_group_wish_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_group_wish
    ADD CONSTRAINT fk_notification_group_wish_group_id FOREIGN KEY (group_id) REFERENCES public.parents_group(actor_id) ON DELETE CASCADE;


--
-- Name: notification_reader fk_notification_reader_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_reader
    ADD CONSTRAINT fk_notification_reader_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: outgoing_activity fk_outgoing_activity_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outgoing_activity
    ADD CONSTRAINT fk_outgoing_activity_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: parents_group fk_parents_group_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.parents_group
    ADD CONSTRAINT fk_parents_group_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id);


--
-- Name: parents_group fk_parents_group_place_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.parents_group
    ADD CONSTRAINT fk_parents_group_place_id FOREIGN KEY (place_id) REFERENCES public.place(id);


--
-- Name: place_key fk_place_key_place_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place_key
    ADD CONSTRAINT fk_place_key_place_id FOREIGN KEY (place_id) REFERENCES public.place(id) ON DELETE CASCADE;


--
-- Name: poll_ballot fk_poll_ballot_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.poll_ballot
    ADD CONSTRAINT fk_poll_ballot_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: poll_ballot fk_poll_ballot_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.poll_ballot
    ADD CONSTRAINT fk_poll_ballot_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: poll_option fk_poll_option_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.poll_option
    ADD CONSTRAINT fk_poll_option_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: poll fk_poll_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.poll
    ADD CONSTRAINT fk_poll_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: post fk_post_author_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post
    ADD CONSTRAINT fk_post_author_actor_id FOREIGN KEY (author_actor_id) REFERENCES public.actor(id);


--
-- Name: post fk_post_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post
    ADD CONSTRAINT fk_post_group_id FOREIGN KEY (group_id) REFERENCES public.parents_group(actor_id) ON DELETE CASCADE;


--
-- Name: post fk_post_in_reply_to_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post
    ADD CONSTRAINT fk_post_in_reply_to_id FOREIGN KEY (in_reply_to_id) REFERENCES public.post(id) ON DELETE SET NULL;


--
-- Name: post_mention fk_post_mention_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_mention
    ADD CONSTRAINT fk_post_mention_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: post_mention fk_post_mention_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_mention
    ADD CONSTRAINT fk_post_mention_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: post_photo fk_post_photo_media_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_photo
    ADD CONSTRAINT fk_post_photo_media_id FOREIGN KEY (media_id) REFERENCES public.media_attachment(id) ON DELETE CASCADE;


--
-- Name: post_photo fk_post_photo_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_photo
    ADD CONSTRAINT fk_post_photo_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: post_recipient fk_post_recipient_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_recipient
    ADD CONSTRAINT fk_post_recipient_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: post_recipient fk_post_recipient_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_recipient
    ADD CONSTRAINT fk_post_recipient_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: post_tag fk_post_tag_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_tag
    ADD CONSTRAINT fk_post_tag_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: post fk_post_topic_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post
    ADD CONSTRAINT fk_post_topic_id FOREIGN KEY (topic_id) REFERENCES public.group_topic(id) ON DELETE SET NULL;


--
-- Name: post_version fk_post_version_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.post_version
    ADD CONSTRAINT fk_post_version_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: push_subscription fk_push_subscription_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT fk_push_subscription_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: push_subscription fk_push_subscription_session_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT fk_push_subscription_session_id FOREIGN KEY (session_id) REFERENCES public.browser_session(id) ON DELETE CASCADE;


--
-- Name: recovery_code fk_recovery_code_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT fk_recovery_code_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: remote_actor fk_remote_actor_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_actor
    ADD CONSTRAINT fk_remote_actor_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: remote_group fk_remote_group_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_group
    ADD CONSTRAINT fk_remote_group_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: remote_picture fk_remote_picture_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_picture
    ADD CONSTRAINT fk_remote_picture_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: remote_post fk_remote_post_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_post
    ADD CONSTRAINT fk_remote_post_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: report fk_report_assigned_to_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report
    ADD CONSTRAINT fk_report_assigned_to_actor_id FOREIGN KEY (assigned_to_actor_id) REFERENCES public.actor(id);


--
-- Name: report fk_report_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report
    ADD CONSTRAINT fk_report_group_id FOREIGN KEY (group_id) REFERENCES public.parents_group(actor_id) ON DELETE SET NULL;


--
-- Name: report fk_report_target_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report
    ADD CONSTRAINT fk_report_target_actor_id FOREIGN KEY (target_actor_id) REFERENCES public.actor(id);


--
-- Name: sealed_copy fk_sealed_copy_report_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sealed_copy
    ADD CONSTRAINT fk_sealed_copy_report_id FOREIGN KEY (report_id) REFERENCES public.report(id) ON DELETE CASCADE;


--
-- Name: search_document fk_search_document_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_document
    ADD CONSTRAINT fk_search_document_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: second_factor fk_second_factor_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT fk_second_factor_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: second_home fk_second_home_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_home
    ADD CONSTRAINT fk_second_home_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: swap fk_swap_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.swap
    ADD CONSTRAINT fk_swap_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: thanks fk_thanks_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.thanks
    ADD CONSTRAINT fk_thanks_actor_id FOREIGN KEY (actor_id) REFERENCES public.actor(id) ON DELETE CASCADE;


--
-- Name: thanks fk_thanks_post_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.thanks
    ADD CONSTRAINT fk_thanks_post_id FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;


--
-- Name: word_filter fk_word_filter_account_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.word_filter
    ADD CONSTRAINT fk_word_filter_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--

\unrestrict BcHuqLVnPl7O7gqg550yPhqVtw0qaDYOTfSTy45pfnNFrZKF3ejiQDhp2F5LPEF

