BEGIN TRANSACTION;
CREATE TABLE access_token (
	id BIGINT NOT NULL, 
	account_id BIGINT NOT NULL, 
	token_digest VARCHAR NOT NULL, 
	scopes VARCHAR NOT NULL, 
	label VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_used_at BIGINT, 
	revoked_at BIGINT, 
	CONSTRAINT pk_access_token PRIMARY KEY (id), 
	CONSTRAINT fk_access_token_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	CONSTRAINT uq_access_token_token_digest UNIQUE (token_digest)
);
INSERT INTO "access_token" VALUES(1,1,'token_digest 1: Chloé','scopes 1: Chloé','label 1: Chloé',1796031000000000,1796031000000000,1796031000000000);
INSERT INTO "access_token" VALUES(2,2,'token_digest 2: Chloé','scopes 2: Chloé','label 2: Chloé',1796034600000000,1796034600000000,1796034600000000);
INSERT INTO "access_token" VALUES(3,3,'token_digest 3: Chloé','scopes 3: Chloé','label 3: Chloé',1796038200000000,NULL,NULL);
CREATE TABLE account (
	id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	email VARCHAR NOT NULL, 
	password_hash VARCHAR, 
	role VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	theme VARCHAR NOT NULL, 
	place_id BIGINT, 
	sign_up_reason VARCHAR NOT NULL, 
	invite_id BIGINT, 
	restricted_until DATE, 
	confirmed_at BIGINT, 
	decided_at BIGINT, 
	decision_reason VARCHAR NOT NULL, 
	leaving_at BIGINT, 
	last_seen_at BIGINT, 
	inactive_warnings INTEGER NOT NULL, 
	warned_at BIGINT, 
	created_at BIGINT NOT NULL, shows_place BOOLEAN DEFAULT 0 NOT NULL, frozen_at BIGINT, signed_out_at BIGINT, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT fk_account_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_account_invite_id FOREIGN KEY(invite_id) REFERENCES invite_link (id) ON DELETE SET NULL, 
	CONSTRAINT fk_account_place_id FOREIGN KEY(place_id) REFERENCES place (id), 
	CONSTRAINT uq_account_actor_id UNIQUE (actor_id)
);
INSERT INTO "account" VALUES(1,1,'email 1: Chloé','password_hash 1: Chloé','moderator','approval_pending','language 1: Chloé','theme 1: Chloé',1,'sign_up_reason 1: Chloé',1,'2026-12-01',1796031000000000,1796031000000000,'decision_reason 1: Chloé',1796031000000000,1796031000000000,1,1796031000000000,1796031000000000,0,1796031000000000,1796031000000000);
INSERT INTO "account" VALUES(2,2,'email 2: Chloé','password_hash 2: Chloé','admin','declined','language 2: Chloé','theme 2: Chloé',2,'sign_up_reason 2: Chloé',2,'2026-12-02',1796034600000000,1796034600000000,'decision_reason 2: Chloé',1796034600000000,1796034600000000,2,1796034600000000,1796034600000000,1,1796034600000000,1796034600000000);
INSERT INTO "account" VALUES(3,3,'email 3: Chloé',NULL,'member','active','language 3: Chloé','theme 3: Chloé',NULL,'sign_up_reason 3: Chloé',NULL,NULL,NULL,NULL,'decision_reason 3: Chloé',NULL,NULL,3,NULL,1796038200000000,0,NULL,NULL);
CREATE TABLE actor (
	id BIGINT NOT NULL, 
	kind VARCHAR NOT NULL, 
	handle VARCHAR NOT NULL, 
	domain VARCHAR NOT NULL, 
	display_name VARCHAR NOT NULL, 
	summary VARCHAR NOT NULL, 
	is_discoverable BOOLEAN NOT NULL, 
	is_indexable BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, avatar VARCHAR DEFAULT '' NOT NULL, cover VARCHAR DEFAULT '' NOT NULL, is_locked BOOLEAN DEFAULT 1 NOT NULL, standing VARCHAR DEFAULT 'known' NOT NULL, 
	CONSTRAINT pk_actor PRIMARY KEY (id), 
	CONSTRAINT uq_actor_handle_domain UNIQUE (handle, domain)
);
INSERT INTO "actor" VALUES(1,'group','handle 1: Chloé','domain 1: Chloé','display_name 1: Chloé','summary 1: Chloé',0,0,1796031000000000,'avatar 1: Chloé','cover 1: Chloé',0,'limited');
INSERT INTO "actor" VALUES(2,'application','handle 2: Chloé','domain 2: Chloé','display_name 2: Chloé','summary 2: Chloé',1,1,1796034600000000,'avatar 2: Chloé','cover 2: Chloé',1,'known');
INSERT INTO "actor" VALUES(3,'person','handle 3: Chloé','domain 3: Chloé','display_name 3: Chloé','summary 3: Chloé',0,0,1796038200000000,'avatar 3: Chloé','cover 3: Chloé',0,'ally');
CREATE TABLE actor_key (
	actor_id BIGINT NOT NULL, 
	name VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	sealed BLOB NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_actor_key PRIMARY KEY (actor_id, name)
);
INSERT INTO "actor_key" VALUES(1,'name 1: Chloé','ed25519',X'01',1796031000000000);
INSERT INTO "actor_key" VALUES(2,'name 2: Chloé','rsa',X'02',1796034600000000);
INSERT INTO "actor_key" VALUES(3,'name 3: Chloé','ed25519',X'03',1796038200000000);
CREATE TABLE actor_note (
	by_actor_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	text VARCHAR NOT NULL, 
	CONSTRAINT pk_actor_note PRIMARY KEY (by_actor_id, actor_id), 
	CONSTRAINT fk_actor_note_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_actor_note_by_actor_id FOREIGN KEY(by_actor_id) REFERENCES actor (id)
);
INSERT INTO "actor_note" VALUES(1,1,'text 1: Chloé');
INSERT INTO "actor_note" VALUES(2,2,'text 2: Chloé');
INSERT INTO "actor_note" VALUES(3,3,'text 3: Chloé');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('2026_11_23_1504_signed_only');
CREATE TABLE anonymous_author (
	post_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	CONSTRAINT pk_anonymous_author PRIMARY KEY (post_id), 
	CONSTRAINT fk_anonymous_author_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_anonymous_author_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "anonymous_author" VALUES(1,1);
INSERT INTO "anonymous_author" VALUES(2,2);
INSERT INTO "anonymous_author" VALUES(3,3);
CREATE TABLE appeal (
	id BIGINT NOT NULL, 
	decision_id BIGINT NOT NULL, 
	complaint_id BIGINT, 
	by_actor_id BIGINT, 
	text VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	answer VARCHAR NOT NULL, 
	decided_by_actor_id BIGINT, 
	decided_at BIGINT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_appeal PRIMARY KEY (id), 
	CONSTRAINT fk_appeal_by_actor_id FOREIGN KEY(by_actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_appeal_complaint_id FOREIGN KEY(complaint_id) REFERENCES complaint (id) ON DELETE CASCADE, 
	CONSTRAINT fk_appeal_decided_by_actor_id FOREIGN KEY(decided_by_actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_appeal_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) ON DELETE CASCADE, 
	CONSTRAINT uq_appeal_decision_id_complaint_id UNIQUE (decision_id, complaint_id)
);
INSERT INTO "appeal" VALUES(1,1,1,1,'text 1: Chloé','upheld','answer 1: Chloé',1,1796031000000000,1796031000000000);
INSERT INTO "appeal" VALUES(2,2,2,2,'text 2: Chloé','overturned','answer 2: Chloé',2,1796034600000000,1796034600000000);
INSERT INTO "appeal" VALUES(3,3,NULL,NULL,'text 3: Chloé','waiting','answer 3: Chloé',NULL,NULL,1796038200000000);
CREATE TABLE audit_entry (
	id BIGINT NOT NULL, 
	by_actor_id BIGINT, 
	action VARCHAR NOT NULL, 
	subject_id BIGINT, 
	reason VARCHAR, 
	created_at BIGINT NOT NULL, group_id BIGINT, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (id)
);
INSERT INTO "audit_entry" VALUES(1,1,'action 1: Chloé',1,'reason 1: Chloé',1796031000000000,1);
INSERT INTO "audit_entry" VALUES(2,2,'action 2: Chloé',2,'reason 2: Chloé',1796034600000000,2);
INSERT INTO "audit_entry" VALUES(3,NULL,'action 3: Chloé',NULL,NULL,1796038200000000,NULL);
CREATE TABLE audit_gate (
	id BIGINT NOT NULL, 
	before_at BIGINT NOT NULL, 
	CONSTRAINT pk_audit_gate PRIMARY KEY (id)
);
INSERT INTO "audit_gate" VALUES(1,1796031000000000);
INSERT INTO "audit_gate" VALUES(2,1796034600000000);
INSERT INTO "audit_gate" VALUES(3,1796038200000000);
CREATE TABLE block (
	by_actor_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	id BIGINT NOT NULL, 
	CONSTRAINT pk_block PRIMARY KEY (by_actor_id, actor_id), 
	CONSTRAINT fk_block_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_block_by_actor_id FOREIGN KEY(by_actor_id) REFERENCES actor (id)
);
INSERT INTO "block" VALUES(1,1,1);
INSERT INTO "block" VALUES(2,2,2);
INSERT INTO "block" VALUES(3,3,3);
CREATE TABLE browser_session (
	id BIGINT NOT NULL, 
	account_id BIGINT NOT NULL, 
	token_digest VARCHAR NOT NULL, 
	browser VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_browser_session PRIMARY KEY (id), 
	CONSTRAINT fk_browser_session_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	CONSTRAINT uq_browser_session_token_digest UNIQUE (token_digest)
);
INSERT INTO "browser_session" VALUES(1,1,'token_digest 1: Chloé','browser 1: Chloé','device 1: Chloé',1796031000000000,1796031000000000,1796031000000000,1796031000000000);
INSERT INTO "browser_session" VALUES(2,2,'token_digest 2: Chloé','browser 2: Chloé','device 2: Chloé',1796034600000000,1796034600000000,1796034600000000,1796034600000000);
INSERT INTO "browser_session" VALUES(3,3,'token_digest 3: Chloé','browser 3: Chloé','device 3: Chloé',1796038200000000,1796038200000000,1796038200000000,NULL);
CREATE TABLE complaint (
	id BIGINT NOT NULL, 
	report_id BIGINT NOT NULL, 
	by_actor_id BIGINT, 
	category VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	is_notice BOOLEAN NOT NULL, 
	address VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_complaint PRIMARY KEY (id), 
	CONSTRAINT fk_complaint_by_actor_id FOREIGN KEY(by_actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_complaint_report_id FOREIGN KEY(report_id) REFERENCES report (id) ON DELETE CASCADE
);
INSERT INTO "complaint" VALUES(1,1,1,'illegal','text 1: Chloé',0,'address 1: Chloé','name 1: Chloé','email 1: Chloé','language 1: Chloé',1796031000000000);
INSERT INTO "complaint" VALUES(2,2,2,'harassment','text 2: Chloé',1,'address 2: Chloé','name 2: Chloé','email 2: Chloé','language 2: Chloé',1796034600000000);
INSERT INTO "complaint" VALUES(3,3,NULL,'personal_data','text 3: Chloé',0,'address 3: Chloé','name 3: Chloé','email 3: Chloé','language 3: Chloé',1796038200000000);
CREATE TABLE consent (
	id BIGINT NOT NULL, 
	account_id BIGINT NOT NULL, 
	kind VARCHAR NOT NULL, 
	version BIGINT NOT NULL, 
	given_at BIGINT NOT NULL, 
	CONSTRAINT pk_consent PRIMARY KEY (id), 
	CONSTRAINT fk_consent_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
INSERT INTO "consent" VALUES(1,1,'privacy',1,1796031000000000);
INSERT INTO "consent" VALUES(2,2,'rules',2,1796034600000000);
INSERT INTO "consent" VALUES(3,3,'privacy',3,1796038200000000);
CREATE TABLE conversation (
	id BIGINT NOT NULL, 
	"key" VARCHAR NOT NULL, 
	about_post_id BIGINT, 
	is_about_post BOOLEAN NOT NULL, 
	started_by_actor_id BIGINT NOT NULL, 
	last_at BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_conversation PRIMARY KEY (id), 
	CONSTRAINT fk_conversation_about_post_id FOREIGN KEY(about_post_id) REFERENCES post (id) ON DELETE SET NULL, 
	CONSTRAINT fk_conversation_started_by_actor_id FOREIGN KEY(started_by_actor_id) REFERENCES actor (id), 
	CONSTRAINT uq_conversation_key UNIQUE ("key")
);
INSERT INTO "conversation" VALUES(1,'key 1: Chloé',1,0,1,1796031000000000,1796031000000000);
INSERT INTO "conversation" VALUES(2,'key 2: Chloé',2,1,2,1796034600000000,1796034600000000);
INSERT INTO "conversation" VALUES(3,'key 3: Chloé',NULL,0,3,1796038200000000,1796038200000000);
CREATE TABLE conversation_member (
	conversation_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	state VARCHAR NOT NULL, 
	last_post_id BIGINT NOT NULL, 
	read_post_id BIGINT NOT NULL, 
	left_at BIGINT, 
	CONSTRAINT pk_conversation_member PRIMARY KEY (conversation_id, actor_id), 
	CONSTRAINT fk_conversation_member_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_conversation_member_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
INSERT INTO "conversation_member" VALUES(1,1,'accepted',1,1,1796031000000000);
INSERT INTO "conversation_member" VALUES(2,2,'ignored',2,2,1796034600000000);
INSERT INTO "conversation_member" VALUES(3,3,'request',3,3,NULL);
CREATE TABLE conversation_post (
	post_id BIGINT NOT NULL, 
	conversation_id BIGINT NOT NULL, 
	CONSTRAINT pk_conversation_post PRIMARY KEY (post_id), 
	CONSTRAINT fk_conversation_post_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
	CONSTRAINT fk_conversation_post_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "conversation_post" VALUES(1,1);
INSERT INTO "conversation_post" VALUES(2,2);
INSERT INTO "conversation_post" VALUES(3,3);
CREATE TABLE decision (
	id BIGINT NOT NULL, 
	report_id BIGINT NOT NULL, 
	action VARCHAR NOT NULL, 
	ground VARCHAR, 
	ground_text VARCHAR NOT NULL, 
	facts VARCHAR NOT NULL, 
	banned_until DATE, 
	"before" VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	decided_by_actor_id BIGINT NOT NULL, 
	decided_at BIGINT NOT NULL, 
	told_at BIGINT, 
	CONSTRAINT pk_decision PRIMARY KEY (id), 
	CONSTRAINT fk_decision_decided_by_actor_id FOREIGN KEY(decided_by_actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_decision_report_id FOREIGN KEY(report_id) REFERENCES report (id) ON DELETE CASCADE
);
INSERT INTO "decision" VALUES(1,1,'advise','law','ground_text 1: Chloé','facts 1: Chloé','2026-12-01','before 1: Chloé','undone',1,1796031000000000,1796031000000000);
INSERT INTO "decision" VALUES(2,2,'edit','rule','ground_text 2: Chloé','facts 2: Chloé','2026-12-02','before 2: Chloé','overturned',2,1796034600000000,1796034600000000);
INSERT INTO "decision" VALUES(3,3,'hide','law','ground_text 3: Chloé','facts 3: Chloé',NULL,'before 3: Chloé','stands',3,1796038200000000,NULL);
CREATE TABLE delivery (
	activity_id BIGINT NOT NULL, 
	inbox_id BIGINT NOT NULL, 
	host_id BIGINT NOT NULL, 
	lane BIGINT NOT NULL, 
	state VARCHAR NOT NULL, 
	due_at BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	blocks_until_at BIGINT, 
	trouble VARCHAR, 
	CONSTRAINT pk_delivery PRIMARY KEY (activity_id, inbox_id), 
	CONSTRAINT fk_delivery_activity_id FOREIGN KEY(activity_id) REFERENCES outgoing_activity (id) ON DELETE CASCADE, 
	CONSTRAINT fk_delivery_inbox_id FOREIGN KEY(inbox_id) REFERENCES inbox (id)
);
INSERT INTO "delivery" VALUES(1,1,1,1,'sent',1796031000000000,1,1796031000000000,'failing');
INSERT INTO "delivery" VALUES(2,2,2,2,'given_up',1796034600000000,2,1796034600000000,'busy');
INSERT INTO "delivery" VALUES(3,3,3,3,'waiting',1796038200000000,3,NULL,'unsigned');
CREATE TABLE delivery_host (
	id BIGINT NOT NULL, 
	name VARCHAR NOT NULL, 
	due_at BIGINT, 
	is_leased BOOLEAN NOT NULL, 
	turn INTEGER NOT NULL, 
	has_more BOOLEAN NOT NULL, 
	rests_until_at BIGINT, 
	failures INTEGER NOT NULL, 
	failing_since_at BIGINT, 
	at_once INTEGER NOT NULL, 
	scheme VARCHAR NOT NULL, 
	scheme_until_at BIGINT, 
	trouble VARCHAR, 
	trouble_status INTEGER NOT NULL, 
	troubled_at BIGINT, 
	answered_at BIGINT, leased_by INTEGER, 
	CONSTRAINT pk_delivery_host PRIMARY KEY (id), 
	CONSTRAINT uq_delivery_host_name UNIQUE (name)
);
INSERT INTO "delivery_host" VALUES(1,'name 1: Chloé',1796031000000000,0,1,0,1796031000000000,1,1796031000000000,1,'scheme 1: Chloé',1796031000000000,'failing',1,1796031000000000,1796031000000000,1);
INSERT INTO "delivery_host" VALUES(2,'name 2: Chloé',1796034600000000,1,2,1,1796034600000000,2,1796034600000000,2,'scheme 2: Chloé',1796034600000000,'busy',2,1796034600000000,1796034600000000,2);
INSERT INTO "delivery_host" VALUES(3,'name 3: Chloé',NULL,0,3,0,NULL,3,NULL,3,'scheme 3: Chloé',NULL,'unsigned',3,NULL,NULL,NULL);
CREATE TABLE email_link (
	id BIGINT NOT NULL, 
	purpose VARCHAR NOT NULL, 
	account_id BIGINT NOT NULL, 
	email VARCHAR NOT NULL, 
	browser VARCHAR NOT NULL, 
	request_id BIGINT, 
	failures INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	used_at BIGINT, 
	CONSTRAINT pk_email_link PRIMARY KEY (id), 
	CONSTRAINT fk_email_link_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
INSERT INTO "email_link" VALUES(1,'sign_in',1,'email 1: Chloé','browser 1: Chloé',1,1,1796031000000000,1796031000000000,1796031000000000);
INSERT INTO "email_link" VALUES(2,'change_email',2,'email 2: Chloé','browser 2: Chloé',2,2,1796034600000000,1796034600000000,1796034600000000);
INSERT INTO "email_link" VALUES(3,'confirm_email',3,'email 3: Chloé','browser 3: Chloé',NULL,3,1796038200000000,1796038200000000,NULL);
CREATE TABLE filter_word (
	id BIGINT NOT NULL, 
	filter_id BIGINT NOT NULL, 
	text VARCHAR NOT NULL, 
	is_whole BOOLEAN NOT NULL, 
	CONSTRAINT pk_filter_word PRIMARY KEY (id), 
	CONSTRAINT fk_filter_word_filter_id FOREIGN KEY(filter_id) REFERENCES word_filter (id) ON DELETE CASCADE
);
INSERT INTO "filter_word" VALUES(1,1,'text 1: Chloé',0);
INSERT INTO "filter_word" VALUES(2,2,'text 2: Chloé',1);
INSERT INTO "filter_word" VALUES(3,3,'text 3: Chloé',0);
CREATE TABLE follow (
	follower_actor_id BIGINT NOT NULL, 
	followed_actor_id BIGINT NOT NULL, 
	id BIGINT NOT NULL, 
	state VARCHAR NOT NULL, 
	shows_shares BOOLEAN NOT NULL, 
	notifies BOOLEAN NOT NULL, 
	languages VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_follow PRIMARY KEY (follower_actor_id, followed_actor_id), 
	CONSTRAINT fk_follow_followed_actor_id FOREIGN KEY(followed_actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_follow_follower_actor_id FOREIGN KEY(follower_actor_id) REFERENCES actor (id)
);
INSERT INTO "follow" VALUES(1,1,1,'accepted',0,0,'languages 1: Chloé',1796031000000000);
INSERT INTO "follow" VALUES(2,2,2,'pending',1,1,'languages 2: Chloé',1796034600000000);
INSERT INTO "follow" VALUES(3,3,3,'accepted',0,0,'languages 3: Chloé',1796038200000000);
CREATE TABLE follow_activity (
	follower_actor_id BIGINT NOT NULL, 
	followed_actor_id BIGINT NOT NULL, 
	uri VARCHAR NOT NULL, 
	CONSTRAINT pk_follow_activity PRIMARY KEY (follower_actor_id, followed_actor_id), 
	CONSTRAINT fk_follow_activity_followed_actor_id FOREIGN KEY(followed_actor_id) REFERENCES actor (id) ON DELETE CASCADE, 
	CONSTRAINT fk_follow_activity_follower_actor_id FOREIGN KEY(follower_actor_id) REFERENCES actor (id) ON DELETE CASCADE
);
INSERT INTO "follow_activity" VALUES(1,1,'uri 1: Chloé');
INSERT INTO "follow_activity" VALUES(2,2,'uri 2: Chloé');
INSERT INTO "follow_activity" VALUES(3,3,'uri 3: Chloé');
CREATE TABLE group_topic (
	id BIGINT NOT NULL, 
	group_id BIGINT NOT NULL, 
	name VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_group_topic PRIMARY KEY (id), 
	CONSTRAINT fk_group_topic_group_id FOREIGN KEY(group_id) REFERENCES parents_group (actor_id) ON DELETE CASCADE
);
INSERT INTO "group_topic" VALUES(1,1,'name 1: Chloé',1);
INSERT INTO "group_topic" VALUES(2,2,'name 2: Chloé',2);
INSERT INTO "group_topic" VALUES(3,3,'name 3: Chloé',3);
CREATE TABLE heard_in_group (
	post_id BIGINT NOT NULL, 
	body VARCHAR NOT NULL, 
	CONSTRAINT pk_heard_in_group PRIMARY KEY (post_id), 
	CONSTRAINT fk_heard_in_group_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "heard_in_group" VALUES(1,'body 1: Chloé');
INSERT INTO "heard_in_group" VALUES(2,'body 2: Chloé');
INSERT INTO "heard_in_group" VALUES(3,'body 3: Chloé');
CREATE TABLE home_entry (
	account_id BIGINT NOT NULL, 
	post_id BIGINT NOT NULL, 
	CONSTRAINT pk_home_entry PRIMARY KEY (account_id, post_id), 
	CONSTRAINT fk_home_entry_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	CONSTRAINT fk_home_entry_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "home_entry" VALUES(1,1);
INSERT INTO "home_entry" VALUES(2,2);
INSERT INTO "home_entry" VALUES(3,3);
CREATE TABLE inbox (
	id BIGINT NOT NULL, 
	url VARCHAR NOT NULL, 
	host_id BIGINT NOT NULL, 
	gone_at BIGINT, 
	CONSTRAINT pk_inbox PRIMARY KEY (id), 
	CONSTRAINT fk_inbox_host_id FOREIGN KEY(host_id) REFERENCES delivery_host (id) ON DELETE CASCADE, 
	CONSTRAINT uq_inbox_url UNIQUE (url)
);
INSERT INTO "inbox" VALUES(1,'url 1: Chloé',1,1796031000000000);
INSERT INTO "inbox" VALUES(2,'url 2: Chloé',2,1796034600000000);
INSERT INTO "inbox" VALUES(3,'url 3: Chloé',3,NULL);
CREATE TABLE inbox_item (
	id BIGINT NOT NULL, 
	mark VARCHAR NOT NULL, 
	sender VARCHAR NOT NULL, 
	verb VARCHAR NOT NULL, 
	body BLOB, 
	received_at BIGINT NOT NULL, 
	CONSTRAINT pk_inbox_item PRIMARY KEY (id), 
	CONSTRAINT uq_inbox_item_mark UNIQUE (mark)
);
INSERT INTO "inbox_item" VALUES(1,'mark 1: Chloé','sender 1: Chloé','verb 1: Chloé',X'01',1796031000000000);
INSERT INTO "inbox_item" VALUES(2,'mark 2: Chloé','sender 2: Chloé','verb 2: Chloé',X'02',1796034600000000);
INSERT INTO "inbox_item" VALUES(3,'mark 3: Chloé','sender 3: Chloé','verb 3: Chloé',NULL,1796038200000000);
CREATE TABLE "instance" (
	id BIGINT NOT NULL, 
	domain VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	tagline VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	timezone VARCHAR NOT NULL, 
	contact_email VARCHAR NOT NULL, 
	registrations VARCHAR NOT NULL, 
	asks_reason BOOLEAN NOT NULL, 
	minimum_age INTEGER NOT NULL, 
	approvals_a_day INTEGER NOT NULL, 
	waiting_at_most INTEGER NOT NULL, 
	federation_mode VARCHAR NOT NULL, 
	blocked_mail_domains VARCHAR NOT NULL, 
	setup_step INTEGER NOT NULL, 
	set_up_at BIGINT, 
	created_at BIGINT NOT NULL, 
	group_founding VARCHAR DEFAULT 'members' NOT NULL, 
	moderators_factor_due_at BIGINT, 
	blocked_servers VARCHAR DEFAULT ('') NOT NULL, 
	answers_signed_only BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_instance PRIMARY KEY (id)
);
INSERT INTO "instance" VALUES(1,'domain 1: Chloé','name 1: Chloé','tagline 1: Chloé','language 1: Chloé','timezone 1: Chloé','contact_email 1: Chloé','invited',0,1,1,1,'allies','blocked_mail_domains 1: Chloé',1,1796031000000000,1796031000000000,'approval',1796031000000000,'blocked_servers 1: Chloé',0);
INSERT INTO "instance" VALUES(2,'domain 2: Chloé','name 2: Chloé','tagline 2: Chloé','language 2: Chloé','timezone 2: Chloé','contact_email 2: Chloé','approved',1,2,2,2,'open','blocked_mail_domains 2: Chloé',2,1796034600000000,1796034600000000,'moderators',1796034600000000,'blocked_servers 2: Chloé',1);
INSERT INTO "instance" VALUES(3,'domain 3: Chloé','name 3: Chloé','tagline 3: Chloé','language 3: Chloé','timezone 3: Chloé','contact_email 3: Chloé','open',0,3,3,3,'island','blocked_mail_domains 3: Chloé',3,NULL,1796038200000000,'members',NULL,'blocked_servers 3: Chloé',0);
CREATE TABLE "invite_link" (
	id BIGINT NOT NULL, 
	token VARCHAR NOT NULL, 
	by_actor_id BIGINT NOT NULL, 
	label VARCHAR NOT NULL, 
	skips_approval BOOLEAN NOT NULL, 
	uses_left INTEGER, 
	use_count INTEGER NOT NULL, 
	expires_at BIGINT, 
	revoked_at BIGINT, 
	created_at BIGINT NOT NULL, 
	group_id BIGINT, 
	admits_to_group BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_invite_link PRIMARY KEY (id), 
	CONSTRAINT fk_invite_link_by_actor_id FOREIGN KEY(by_actor_id) REFERENCES actor (id), 
	CONSTRAINT uq_invite_link_token UNIQUE (token), 
	CONSTRAINT fk_invite_link_group_id FOREIGN KEY(group_id) REFERENCES actor (id)
);
INSERT INTO "invite_link" VALUES(1,'token 1: Chloé',1,'label 1: Chloé',0,1,1,1796031000000000,1796031000000000,1796031000000000,1,0);
INSERT INTO "invite_link" VALUES(2,'token 2: Chloé',2,'label 2: Chloé',1,2,2,1796034600000000,1796034600000000,1796034600000000,2,1);
INSERT INTO "invite_link" VALUES(3,'token 3: Chloé',3,'label 3: Chloé',0,NULL,3,NULL,NULL,1796038200000000,NULL,0);
CREATE TABLE job (
	id BIGINT NOT NULL, 
	name VARCHAR NOT NULL, 
	payload VARCHAR NOT NULL, 
	ordering_key VARCHAR, 
	schedule VARCHAR, 
	state VARCHAR NOT NULL, 
	run_at BIGINT NOT NULL, 
	is_leased BOOLEAN NOT NULL, 
	attempts INTEGER NOT NULL, 
	last_error VARCHAR, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_job PRIMARY KEY (id), 
	CONSTRAINT uq_job_schedule UNIQUE (schedule)
);
INSERT INTO "job" VALUES(1,'name 1: Chloé','payload 1: Chloé','ordering_key 1: Chloé','schedule 1: Chloé','dead',1796031000000000,0,1,'last_error 1: Chloé',1796031000000000);
INSERT INTO "job" VALUES(2,'name 2: Chloé','payload 2: Chloé','ordering_key 2: Chloé','schedule 2: Chloé','waiting',1796034600000000,1,2,'last_error 2: Chloé',1796034600000000);
INSERT INTO "job" VALUES(3,'name 3: Chloé','payload 3: Chloé',NULL,NULL,'dead',1796038200000000,0,3,NULL,1796038200000000);
CREATE TABLE join_request (
	id BIGINT NOT NULL, 
	group_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	state VARCHAR NOT NULL, 
	answers VARCHAR NOT NULL, 
	invite_id BIGINT, 
	reason VARCHAR NOT NULL, 
	decided_by_actor_id BIGINT, 
	decided_at BIGINT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_join_request PRIMARY KEY (id), 
	CONSTRAINT fk_join_request_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_join_request_decided_by_actor_id FOREIGN KEY(decided_by_actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_join_request_group_id FOREIGN KEY(group_id) REFERENCES parents_group (actor_id) ON DELETE CASCADE, 
	CONSTRAINT fk_join_request_invite_id FOREIGN KEY(invite_id) REFERENCES invite_link (id) ON DELETE SET NULL
);
INSERT INTO "join_request" VALUES(1,1,1,'approved','answers 1: Chloé',1,'reason 1: Chloé',1,1796031000000000,1796031000000000);
INSERT INTO "join_request" VALUES(2,2,2,'declined','answers 2: Chloé',2,'reason 2: Chloé',2,1796034600000000,1796034600000000);
INSERT INTO "join_request" VALUES(3,3,3,'withdrawn','answers 3: Chloé',NULL,'reason 3: Chloé',NULL,NULL,1796038200000000);
CREATE TABLE legal_page (
	id BIGINT NOT NULL, 
	kind VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_legal_page PRIMARY KEY (id)
);
INSERT INTO "legal_page" VALUES(1,'privacy','language 1: Chloé','body 1: Chloé',1796031000000000);
INSERT INTO "legal_page" VALUES(2,'contact','language 2: Chloé','body 2: Chloé',1796034600000000);
INSERT INTO "legal_page" VALUES(3,'rules','language 3: Chloé','body 3: Chloé',1796038200000000);
CREATE TABLE like_activity (
	uri VARCHAR NOT NULL, 
	post_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	CONSTRAINT pk_like_activity PRIMARY KEY (uri), 
	CONSTRAINT fk_like_activity_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id) ON DELETE CASCADE, 
	CONSTRAINT fk_like_activity_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "like_activity" VALUES('uri 1: Chloé',1,1);
INSERT INTO "like_activity" VALUES('uri 2: Chloé',2,2);
INSERT INTO "like_activity" VALUES('uri 3: Chloé',3,3);
CREATE TABLE media_attachment (
	id BIGINT NOT NULL, 
	by_actor_id BIGINT NOT NULL, 
	for_actor_id BIGINT, 
	use VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	mime VARCHAR NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	byte_size INTEGER NOT NULL, 
	small_width INTEGER NOT NULL, 
	small_height INTEGER NOT NULL, 
	small_byte_size INTEGER NOT NULL, 
	blurhash VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	focus_x FLOAT NOT NULL, 
	focus_y FLOAT NOT NULL, 
	attached_at BIGINT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_media_attachment PRIMARY KEY (id), 
	CONSTRAINT fk_media_attachment_by_actor_id FOREIGN KEY(by_actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_media_attachment_for_actor_id FOREIGN KEY(for_actor_id) REFERENCES actor (id), 
	CONSTRAINT uq_media_attachment_name UNIQUE (name)
);
INSERT INTO "media_attachment" VALUES(1,1,1,'avatar','ready','name 1: Chloé','mime 1: Chloé',1,1,1,1,1,1,'blurhash 1: Chloé','description 1: Chloé',1.5,1.5,1796031000000000,1796031000000000);
INSERT INTO "media_attachment" VALUES(2,2,2,'cover','released','name 2: Chloé','mime 2: Chloé',2,2,2,2,2,2,'blurhash 2: Chloé','description 2: Chloé',2.5,2.5,1796034600000000,1796034600000000);
INSERT INTO "media_attachment" VALUES(3,3,NULL,'photo','processing','name 3: Chloé','mime 3: Chloé',3,3,3,3,3,3,'blurhash 3: Chloé','description 3: Chloé',3.5,3.5,NULL,1796038200000000);
CREATE TABLE membership (
	group_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	role VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	is_muted BOOLEAN NOT NULL, 
	reason VARCHAR NOT NULL, 
	banned_until DATE, 
	since_at BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_membership PRIMARY KEY (group_id, actor_id), 
	CONSTRAINT fk_membership_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_membership_group_id FOREIGN KEY(group_id) REFERENCES parents_group (actor_id) ON DELETE CASCADE
);
INSERT INTO "membership" VALUES(1,1,'host','left',0,'reason 1: Chloé','2026-12-01',1796031000000000,1796031000000000);
INSERT INTO "membership" VALUES(2,2,'moderator','removed',1,'reason 2: Chloé','2026-12-02',1796034600000000,1796034600000000);
INSERT INTO "membership" VALUES(3,3,'manager','banned',0,'reason 3: Chloé',NULL,1796038200000000,1796038200000000);
CREATE TABLE membership_activity (
	group_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	verb VARCHAR NOT NULL, 
	uri VARCHAR NOT NULL, 
	CONSTRAINT pk_membership_activity PRIMARY KEY (group_id, actor_id), 
	CONSTRAINT fk_membership_activity_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id) ON DELETE CASCADE, 
	CONSTRAINT fk_membership_activity_group_id FOREIGN KEY(group_id) REFERENCES actor (id) ON DELETE CASCADE
);
INSERT INTO "membership_activity" VALUES(1,1,'verb 1: Chloé','uri 1: Chloé');
INSERT INTO "membership_activity" VALUES(2,2,'verb 2: Chloé','uri 2: Chloé');
INSERT INTO "membership_activity" VALUES(3,3,'verb 3: Chloé','uri 3: Chloé');
CREATE TABLE mute (
	by_actor_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	id BIGINT NOT NULL, 
	hides_notifications BOOLEAN NOT NULL, 
	until_at BIGINT, 
	CONSTRAINT pk_mute PRIMARY KEY (by_actor_id, actor_id), 
	CONSTRAINT fk_mute_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_mute_by_actor_id FOREIGN KEY(by_actor_id) REFERENCES actor (id)
);
INSERT INTO "mute" VALUES(1,1,1,0,1796031000000000);
INSERT INTO "mute" VALUES(2,2,2,1,1796034600000000);
INSERT INTO "mute" VALUES(3,3,3,0,NULL);
CREATE TABLE notification (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	account_id BIGINT NOT NULL, 
	kind VARCHAR NOT NULL, 
	cause VARCHAR NOT NULL, 
	bundle VARCHAR NOT NULL, 
	actor_id BIGINT, 
	group_id BIGINT, 
	subject_id BIGINT, 
	detail VARCHAR NOT NULL, 
	read_at BIGINT, 
	held_until_at BIGINT, 
	rung_at BIGINT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT fk_notification_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	CONSTRAINT fk_notification_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_notification_group_id FOREIGN KEY(group_id) REFERENCES actor (id), 
	CONSTRAINT uq_notification_cause_account_id UNIQUE (cause, account_id)
);
INSERT INTO "notification" VALUES(1,1,'accepted','cause 1: Chloé','bundle 1: Chloé',1,1,1,'detail 1: Chloé',1796031000000000,1796031000000000,1796031000000000,1796031000000000);
INSERT INTO "notification" VALUES(2,2,'mention','cause 2: Chloé','bundle 2: Chloé',2,2,2,'detail 2: Chloé',1796034600000000,1796034600000000,1796034600000000,1796034600000000);
INSERT INTO "notification" VALUES(3,3,'new_ask','cause 3: Chloé','bundle 3: Chloé',NULL,NULL,NULL,'detail 3: Chloé',NULL,NULL,NULL,1796038200000000);
CREATE TABLE notification_group_wish (
	account_id BIGINT NOT NULL, 
	group_id BIGINT NOT NULL, 
	level VARCHAR, 
	choices VARCHAR NOT NULL, 
	CONSTRAINT pk_notification_group_wish PRIMARY KEY (account_id, group_id), 
	CONSTRAINT fk_notification_group_wish_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	CONSTRAINT fk_notification_group_wish_group_id FOREIGN KEY(group_id) REFERENCES parents_group (actor_id) ON DELETE CASCADE
);
INSERT INTO "notification_group_wish" VALUES(1,1,'important','choices 1: Chloé');
INSERT INTO "notification_group_wish" VALUES(2,2,'digest','choices 2: Chloé');
INSERT INTO "notification_group_wish" VALUES(3,3,'all','choices 3: Chloé');
CREATE TABLE "notification_reader" (
	account_id BIGINT NOT NULL, 
	seen_id BIGINT NOT NULL, 
	level VARCHAR NOT NULL, 
	choices VARCHAR NOT NULL, 
	quiet_begin INTEGER NOT NULL, 
	quiet_end INTEGER NOT NULL, 
	weekday INTEGER NOT NULL, 
	shows_words BOOLEAN NOT NULL, 
	daily_on DATE, 
	weekly_on DATE, 
	gets_daily BOOLEAN DEFAULT 1 NOT NULL, 
	gets_weekly BOOLEAN DEFAULT 1 NOT NULL, 
	CONSTRAINT pk_notification_reader PRIMARY KEY (account_id), 
	CONSTRAINT fk_notification_reader_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
INSERT INTO "notification_reader" VALUES(1,1,'important','choices 1: Chloé',1,1,1,0,'2026-12-01','2026-12-01',0,0);
INSERT INTO "notification_reader" VALUES(2,2,'digest','choices 2: Chloé',2,2,2,1,'2026-12-02','2026-12-02',1,1);
INSERT INTO "notification_reader" VALUES(3,3,'all','choices 3: Chloé',3,3,3,0,NULL,NULL,0,0);
CREATE TABLE outgoing_activity (
	id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	verb VARCHAR NOT NULL, 
	post_id BIGINT, 
	body VARCHAR NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_outgoing_activity PRIMARY KEY (id), 
	CONSTRAINT fk_outgoing_activity_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "outgoing_activity" VALUES(1,1,'verb 1: Chloé',1,'body 1: Chloé',1796031000000000);
INSERT INTO "outgoing_activity" VALUES(2,2,'verb 2: Chloé',2,'body 2: Chloé',1796034600000000);
INSERT INTO "outgoing_activity" VALUES(3,3,'verb 3: Chloé',NULL,'body 3: Chloé',1796038200000000);
CREATE TABLE "parents_group" (
	actor_id BIGINT NOT NULL, 
	kind VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	joining VARCHAR NOT NULL, 
	audience VARCHAR NOT NULL, 
	is_hidden BOOLEAN NOT NULL, 
	is_local_only BOOLEAN NOT NULL, 
	rules VARCHAR NOT NULL, 
	questions VARCHAR NOT NULL, 
	place_id BIGINT, 
	ends_at BIGINT, 
	created_at BIGINT NOT NULL, 
	allows_anonymous BOOLEAN DEFAULT 0 NOT NULL, 
	holds_first_posts BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_parents_group PRIMARY KEY (actor_id), 
	CONSTRAINT fk_parents_group_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_parents_group_place_id FOREIGN KEY(place_id) REFERENCES place (id)
);
INSERT INTO "parents_group" VALUES(1,'school','active','approval','here',0,0,'rules 1: Chloé','questions 1: Chloé',1,1796031000000000,1796031000000000,0,0);
INSERT INTO "parents_group" VALUES(2,'association','ending','invite','public',1,1,'rules 2: Chloé','questions 2: Chloé',2,1796034600000000,1796034600000000,1,1);
INSERT INTO "parents_group" VALUES(3,'activity','proposed','open','members',0,0,'rules 3: Chloé','questions 3: Chloé',NULL,NULL,1796038200000000,0,0);
CREATE TABLE place (
	id BIGINT NOT NULL, 
	country VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	district VARCHAR NOT NULL, 
	postcodes VARCHAR NOT NULL, 
	aliases VARCHAR NOT NULL, 
	words VARCHAR NOT NULL, 
	lat FLOAT, 
	lon FLOAT, 
	is_approximate BOOLEAN NOT NULL, 
	population INTEGER, 
	is_listed BOOLEAN NOT NULL, 
	source VARCHAR NOT NULL, 
	CONSTRAINT pk_place PRIMARY KEY (id), 
	CONSTRAINT uq_place_country_code UNIQUE (country, code)
);
INSERT INTO "place" VALUES(1,'country 1: Chloé','code 1: Chloé','name 1: Chloé','district 1: Chloé','postcodes 1: Chloé','aliases 1: Chloé','words 1: Chloé',1.5,1.5,0,1,0,'source 1: Chloé');
INSERT INTO "place" VALUES(2,'country 2: Chloé','code 2: Chloé','name 2: Chloé','district 2: Chloé','postcodes 2: Chloé','aliases 2: Chloé','words 2: Chloé',2.5,2.5,1,2,1,'source 2: Chloé');
INSERT INTO "place" VALUES(3,'country 3: Chloé','code 3: Chloé','name 3: Chloé','district 3: Chloé','postcodes 3: Chloé','aliases 3: Chloé','words 3: Chloé',NULL,NULL,0,NULL,0,'source 3: Chloé');
CREATE TABLE place_key (
	"key" VARCHAR NOT NULL, 
	place_id BIGINT NOT NULL, 
	rank SMALLINT NOT NULL, 
	population INTEGER NOT NULL, 
	country VARCHAR NOT NULL, 
	CONSTRAINT pk_place_key PRIMARY KEY ("key", place_id), 
	CONSTRAINT fk_place_key_place_id FOREIGN KEY(place_id) REFERENCES place (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "place_key" VALUES('key 1: Chloé',1,1,1,'country 1: Chloé');
INSERT INTO "place_key" VALUES('key 2: Chloé',2,2,2,'country 2: Chloé');
INSERT INTO "place_key" VALUES('key 3: Chloé',3,3,3,'country 3: Chloé');
CREATE TABLE place_source (
	name VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	loaded_at BIGINT NOT NULL, 
	CONSTRAINT pk_place_source PRIMARY KEY (name)
);
INSERT INTO "place_source" VALUES('name 1: Chloé','digest 1: Chloé',1796031000000000);
INSERT INTO "place_source" VALUES('name 2: Chloé','digest 2: Chloé',1796034600000000);
INSERT INTO "place_source" VALUES('name 3: Chloé','digest 3: Chloé',1796038200000000);
CREATE TABLE poll (
	post_id BIGINT NOT NULL, 
	is_multiple BOOLEAN NOT NULL, 
	ends_at BIGINT, 
	voter_count INTEGER NOT NULL, 
	CONSTRAINT pk_poll PRIMARY KEY (post_id), 
	CONSTRAINT fk_poll_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "poll" VALUES(1,0,1796031000000000,1);
INSERT INTO "poll" VALUES(2,1,1796034600000000,2);
INSERT INTO "poll" VALUES(3,0,NULL,3);
CREATE TABLE poll_ballot (
	post_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	choices VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_poll_ballot PRIMARY KEY (post_id, actor_id), 
	CONSTRAINT fk_poll_ballot_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id) ON DELETE CASCADE, 
	CONSTRAINT fk_poll_ballot_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "poll_ballot" VALUES(1,1,'choices 1: Chloé',1796031000000000);
INSERT INTO "poll_ballot" VALUES(2,2,'choices 2: Chloé',1796034600000000);
INSERT INTO "poll_ballot" VALUES(3,3,'choices 3: Chloé',1796038200000000);
CREATE TABLE poll_option (
	post_id BIGINT NOT NULL, 
	position BIGINT NOT NULL, 
	text VARCHAR NOT NULL, 
	vote_count INTEGER NOT NULL, 
	CONSTRAINT pk_poll_option PRIMARY KEY (post_id, position), 
	CONSTRAINT fk_poll_option_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "poll_option" VALUES(1,1,'text 1: Chloé',1);
INSERT INTO "poll_option" VALUES(2,2,'text 2: Chloé',2);
INSERT INTO "poll_option" VALUES(3,3,'text 3: Chloé',3);
CREATE TABLE "post" (
	id BIGINT NOT NULL, 
	author_actor_id BIGINT NOT NULL, 
	is_anonymous BOOLEAN NOT NULL, 
	group_id BIGINT, 
	topic_id BIGINT, 
	kind VARCHAR NOT NULL, 
	audience VARCHAR NOT NULL, 
	is_quiet BOOLEAN NOT NULL, 
	state VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	html VARCHAR NOT NULL, 
	warning VARCHAR NOT NULL, 
	is_sensitive BOOLEAN NOT NULL, 
	language VARCHAR NOT NULL, 
	photo_count INTEGER NOT NULL, 
	has_poll BOOLEAN NOT NULL, 
	is_reply BOOLEAN NOT NULL, 
	in_reply_to_id BIGINT, 
	root_id BIGINT NOT NULL, 
	reply_count INTEGER NOT NULL, 
	thanks_count INTEGER NOT NULL, 
	accepted_reply_id BIGINT, 
	closed_at BIGINT, 
	pinned_at BIGINT, 
	edited_at BIGINT, 
	reason VARCHAR NOT NULL, 
	deleted_at BIGINT, 
	created_at BIGINT NOT NULL, 
	decided_by_actor_id BIGINT, 
	decided_at BIGINT, 
	is_from_elsewhere BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_post PRIMARY KEY (id), 
	CONSTRAINT fk_post_author_actor_id FOREIGN KEY(author_actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_post_in_reply_to_id FOREIGN KEY(in_reply_to_id) REFERENCES post (id) ON DELETE SET NULL, 
	CONSTRAINT fk_post_group_id FOREIGN KEY(group_id) REFERENCES parents_group (actor_id) ON DELETE CASCADE, 
	CONSTRAINT fk_post_topic_id FOREIGN KEY(topic_id) REFERENCES group_topic (id) ON DELETE SET NULL
);
INSERT INTO "post" VALUES(1,1,0,1,1,'question','group',0,'visible','text 1: Chloé','html 1: Chloé','warning 1: Chloé',0,'language 1: Chloé',1,0,0,1,1,1,1,1,1796031000000000,1796031000000000,1796031000000000,'reason 1: Chloé',1796031000000000,1796031000000000,1,1796031000000000,0);
INSERT INTO "post" VALUES(2,2,1,2,2,'announcement','followers',1,'hidden','text 2: Chloé','html 2: Chloé','warning 2: Chloé',1,'language 2: Chloé',2,1,1,2,2,2,2,2,1796034600000000,1796034600000000,1796034600000000,'reason 2: Chloé',1796034600000000,1796034600000000,2,1796034600000000,1);
INSERT INTO "post" VALUES(3,3,0,NULL,NULL,'swap','here',0,'deleted','text 3: Chloé','html 3: Chloé','warning 3: Chloé',0,'language 3: Chloé',3,0,0,NULL,3,3,3,NULL,NULL,NULL,NULL,'reason 3: Chloé',NULL,1796038200000000,NULL,NULL,0);
CREATE TABLE post_mention (
	post_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	CONSTRAINT pk_post_mention PRIMARY KEY (post_id, actor_id), 
	CONSTRAINT fk_post_mention_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id) ON DELETE CASCADE, 
	CONSTRAINT fk_post_mention_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "post_mention" VALUES(1,1);
INSERT INTO "post_mention" VALUES(2,2);
INSERT INTO "post_mention" VALUES(3,3);
CREATE TABLE post_photo (
	post_id BIGINT NOT NULL, 
	position BIGINT NOT NULL, 
	media_id BIGINT NOT NULL, 
	CONSTRAINT pk_post_photo PRIMARY KEY (post_id, position), 
	CONSTRAINT fk_post_photo_media_id FOREIGN KEY(media_id) REFERENCES media_attachment (id) ON DELETE CASCADE, 
	CONSTRAINT fk_post_photo_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE, 
	CONSTRAINT uq_post_photo_media_id UNIQUE (media_id)
);
INSERT INTO "post_photo" VALUES(1,1,1);
INSERT INTO "post_photo" VALUES(2,2,2);
INSERT INTO "post_photo" VALUES(3,3,3);
CREATE TABLE post_recipient (
	post_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	CONSTRAINT pk_post_recipient PRIMARY KEY (post_id, actor_id), 
	CONSTRAINT fk_post_recipient_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id) ON DELETE CASCADE, 
	CONSTRAINT fk_post_recipient_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "post_recipient" VALUES(1,1);
INSERT INTO "post_recipient" VALUES(2,2);
INSERT INTO "post_recipient" VALUES(3,3);
CREATE TABLE post_tag (
	tag VARCHAR NOT NULL, 
	post_id BIGINT NOT NULL, 
	CONSTRAINT pk_post_tag PRIMARY KEY (tag, post_id), 
	CONSTRAINT fk_post_tag_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "post_tag" VALUES('tag 1: Chloé',1);
INSERT INTO "post_tag" VALUES('tag 2: Chloé',2);
INSERT INTO "post_tag" VALUES('tag 3: Chloé',3);
CREATE TABLE post_version (
	id BIGINT NOT NULL, 
	post_id BIGINT NOT NULL, 
	text VARCHAR NOT NULL, 
	html VARCHAR NOT NULL, 
	warning VARCHAR NOT NULL, 
	replaced_at BIGINT NOT NULL, 
	CONSTRAINT pk_post_version PRIMARY KEY (id), 
	CONSTRAINT fk_post_version_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "post_version" VALUES(1,1,'text 1: Chloé','html 1: Chloé','warning 1: Chloé',1796031000000000);
INSERT INTO "post_version" VALUES(2,2,'text 2: Chloé','html 2: Chloé','warning 2: Chloé',1796034600000000);
INSERT INTO "post_version" VALUES(3,3,'text 3: Chloé','html 3: Chloé','warning 3: Chloé',1796038200000000);
CREATE TABLE push_subscription (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	account_id BIGINT NOT NULL, 
	session_id BIGINT NOT NULL, 
	endpoint VARCHAR NOT NULL, 
	p256dh VARCHAR NOT NULL, 
	auth VARCHAR NOT NULL, 
	failing_since_at BIGINT, 
	created_at BIGINT NOT NULL, 
	used_at BIGINT NOT NULL, 
	CONSTRAINT fk_push_subscription_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	CONSTRAINT fk_push_subscription_session_id FOREIGN KEY(session_id) REFERENCES browser_session (id) ON DELETE CASCADE, 
	CONSTRAINT uq_push_subscription_endpoint UNIQUE (endpoint)
);
INSERT INTO "push_subscription" VALUES(1,1,1,'endpoint 1: Chloé','p256dh 1: Chloé','auth 1: Chloé',1796031000000000,1796031000000000,1796031000000000);
INSERT INTO "push_subscription" VALUES(2,2,2,'endpoint 2: Chloé','p256dh 2: Chloé','auth 2: Chloé',1796034600000000,1796034600000000,1796034600000000);
INSERT INTO "push_subscription" VALUES(3,3,3,'endpoint 3: Chloé','p256dh 3: Chloé','auth 3: Chloé',NULL,1796038200000000,1796038200000000);
CREATE TABLE recovery_code (
	id BIGINT NOT NULL, 
	account_id BIGINT NOT NULL, 
	code_digest VARCHAR NOT NULL, 
	used_at BIGINT, 
	CONSTRAINT pk_recovery_code PRIMARY KEY (id), 
	CONSTRAINT fk_recovery_code_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
INSERT INTO "recovery_code" VALUES(1,1,'code_digest 1: Chloé',1796031000000000);
INSERT INTO "recovery_code" VALUES(2,2,'code_digest 2: Chloé',1796034600000000);
INSERT INTO "recovery_code" VALUES(3,3,'code_digest 3: Chloé',NULL);
CREATE TABLE remote_actor (
	actor_id BIGINT NOT NULL, 
	uri VARCHAR NOT NULL, 
	inbox VARCHAR NOT NULL, 
	shared_inbox VARCHAR NOT NULL, 
	followers VARCHAR NOT NULL, 
	outbox VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	fetched_at BIGINT NOT NULL, 
	gone_at BIGINT, also_known_as VARCHAR DEFAULT '' NOT NULL, moved_to VARCHAR DEFAULT '' NOT NULL, moved_at BIGINT, picture_url VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT pk_remote_actor PRIMARY KEY (actor_id), 
	CONSTRAINT fk_remote_actor_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id) ON DELETE CASCADE, 
	CONSTRAINT uq_remote_actor_uri UNIQUE (uri)
);
INSERT INTO "remote_actor" VALUES(1,'uri 1: Chloé','inbox 1: Chloé','shared_inbox 1: Chloé','followers 1: Chloé','outbox 1: Chloé','url 1: Chloé',1796031000000000,1796031000000000,'also_known_as 1: Chloé','moved_to 1: Chloé',1796031000000000,'picture_url 1: Chloé');
INSERT INTO "remote_actor" VALUES(2,'uri 2: Chloé','inbox 2: Chloé','shared_inbox 2: Chloé','followers 2: Chloé','outbox 2: Chloé','url 2: Chloé',1796034600000000,1796034600000000,'also_known_as 2: Chloé','moved_to 2: Chloé',1796034600000000,'picture_url 2: Chloé');
INSERT INTO "remote_actor" VALUES(3,'uri 3: Chloé','inbox 3: Chloé','shared_inbox 3: Chloé','followers 3: Chloé','outbox 3: Chloé','url 3: Chloé',1796038200000000,NULL,'also_known_as 3: Chloé','moved_to 3: Chloé',NULL,'picture_url 3: Chloé');
CREATE TABLE remote_farewell (
	uri VARCHAR NOT NULL, 
	gone_at BIGINT NOT NULL, 
	CONSTRAINT pk_remote_farewell PRIMARY KEY (uri)
);
INSERT INTO "remote_farewell" VALUES('uri 1: Chloé',1796031000000000);
INSERT INTO "remote_farewell" VALUES('uri 2: Chloé',1796034600000000);
INSERT INTO "remote_farewell" VALUES('uri 3: Chloé',1796038200000000);
CREATE TABLE remote_group (
	actor_id BIGINT NOT NULL, 
	takes_join BOOLEAN NOT NULL, 
	members VARCHAR NOT NULL, 
	CONSTRAINT pk_remote_group PRIMARY KEY (actor_id), 
	CONSTRAINT fk_remote_group_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id) ON DELETE CASCADE
);
INSERT INTO "remote_group" VALUES(1,0,'members 1: Chloé');
INSERT INTO "remote_group" VALUES(2,1,'members 2: Chloé');
INSERT INTO "remote_group" VALUES(3,0,'members 3: Chloé');
CREATE TABLE remote_key (
	id VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	public VARCHAR NOT NULL, 
	fetched_at BIGINT NOT NULL, 
	CONSTRAINT pk_remote_key PRIMARY KEY (id)
);
INSERT INTO "remote_key" VALUES('id 1: Chloé','owner 1: Chloé','ed25519','public 1: Chloé',1796031000000000);
INSERT INTO "remote_key" VALUES('id 2: Chloé','owner 2: Chloé','rsa','public 2: Chloé',1796034600000000);
INSERT INTO "remote_key" VALUES('id 3: Chloé','owner 3: Chloé','ed25519','public 3: Chloé',1796038200000000);
CREATE TABLE remote_picture (
	post_id BIGINT NOT NULL, 
	position BIGINT NOT NULL, 
	url VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	focus_x FLOAT NOT NULL, 
	focus_y FLOAT NOT NULL, 
	CONSTRAINT pk_remote_picture PRIMARY KEY (post_id, position), 
	CONSTRAINT fk_remote_picture_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "remote_picture" VALUES(1,1,'url 1: Chloé','description 1: Chloé',1.5,1.5);
INSERT INTO "remote_picture" VALUES(2,2,'url 2: Chloé','description 2: Chloé',2.5,2.5);
INSERT INTO "remote_picture" VALUES(3,3,'url 3: Chloé','description 3: Chloé',3.5,3.5);
CREATE TABLE remote_post (
	post_id BIGINT NOT NULL, 
	uri VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	missing_uri VARCHAR NOT NULL, 
	fetched_at BIGINT NOT NULL, 
	CONSTRAINT pk_remote_post PRIMARY KEY (post_id), 
	CONSTRAINT fk_remote_post_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE, 
	CONSTRAINT uq_remote_post_uri UNIQUE (uri)
);
INSERT INTO "remote_post" VALUES(1,'uri 1: Chloé','url 1: Chloé','missing_uri 1: Chloé',1796031000000000);
INSERT INTO "remote_post" VALUES(2,'uri 2: Chloé','url 2: Chloé','missing_uri 2: Chloé',1796034600000000);
INSERT INTO "remote_post" VALUES(3,'uri 3: Chloé','url 3: Chloé','missing_uri 3: Chloé',1796038200000000);
CREATE TABLE report (
	id BIGINT NOT NULL, 
	subject_kind VARCHAR NOT NULL, 
	subject_id BIGINT, 
	group_id BIGINT, 
	target_actor_id BIGINT, 
	category VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	is_own BOOLEAN NOT NULL, 
	is_for_place BOOLEAN NOT NULL, 
	complaint_count INTEGER NOT NULL, 
	snapshot VARCHAR NOT NULL, 
	shown_as VARCHAR NOT NULL, 
	hidden_at BIGINT, 
	assigned_to_actor_id BIGINT, 
	decided_at BIGINT, 
	closed_at BIGINT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_report PRIMARY KEY (id), 
	CONSTRAINT fk_report_assigned_to_actor_id FOREIGN KEY(assigned_to_actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_report_group_id FOREIGN KEY(group_id) REFERENCES parents_group (actor_id) ON DELETE SET NULL, 
	CONSTRAINT fk_report_target_actor_id FOREIGN KEY(target_actor_id) REFERENCES actor (id)
);
INSERT INTO "report" VALUES(1,'person',1,1,1,'illegal','hidden',0,0,1,'snapshot 1: Chloé','shown_as 1: Chloé',1796031000000000,1,1796031000000000,1796031000000000,1796031000000000);
INSERT INTO "report" VALUES(2,'group',2,2,2,'harassment','assigned',1,1,2,'snapshot 2: Chloé','shown_as 2: Chloé',1796034600000000,2,1796034600000000,1796034600000000,1796034600000000);
INSERT INTO "report" VALUES(3,'address',NULL,NULL,NULL,'personal_data','decided',0,0,3,'snapshot 3: Chloé','shown_as 3: Chloé',NULL,NULL,NULL,NULL,1796038200000000);
CREATE TABLE retention_period (
	name VARCHAR NOT NULL, 
	days INTEGER NOT NULL, 
	CONSTRAINT pk_retention_period PRIMARY KEY (name)
);
INSERT INTO "retention_period" VALUES('name 1: Chloé',1);
INSERT INTO "retention_period" VALUES('name 2: Chloé',2);
INSERT INTO "retention_period" VALUES('name 3: Chloé',3);
CREATE TABLE retired_handle (
	digest VARCHAR NOT NULL, 
	retired_at BIGINT NOT NULL, 
	CONSTRAINT pk_retired_handle PRIMARY KEY (digest)
);
INSERT INTO "retired_handle" VALUES('digest 1: Chloé',1796031000000000);
INSERT INTO "retired_handle" VALUES('digest 2: Chloé',1796034600000000);
INSERT INTO "retired_handle" VALUES('digest 3: Chloé',1796038200000000);
CREATE TABLE sealed_copy (
	report_id BIGINT NOT NULL, 
	sealed BLOB NOT NULL, 
	sealed_at BIGINT NOT NULL, 
	CONSTRAINT pk_sealed_copy PRIMARY KEY (report_id), 
	CONSTRAINT fk_sealed_copy_report_id FOREIGN KEY(report_id) REFERENCES report (id) ON DELETE CASCADE
);
INSERT INTO "sealed_copy" VALUES(1,X'01',1796031000000000);
INSERT INTO "sealed_copy" VALUES(2,X'02',1796034600000000);
INSERT INTO "sealed_copy" VALUES(3,X'03',1796038200000000);
CREATE TABLE search_document (
	post_id BIGINT NOT NULL, 
	terms VARCHAR NOT NULL, 
	CONSTRAINT pk_search_document PRIMARY KEY (post_id), 
	CONSTRAINT fk_search_document_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "search_document" VALUES(1,'terms 1: Chloé');
INSERT INTO "search_document" VALUES(2,'terms 2: Chloé');
INSERT INTO "search_document" VALUES(3,'terms 3: Chloé');
CREATE VIRTUAL TABLE search_index USING fts5(terms, content='search_document', content_rowid='post_id', tokenize='ascii', detail='none');
INSERT INTO "search_index" VALUES('terms 1: Chloé');
INSERT INTO "search_index" VALUES('terms 2: Chloé');
INSERT INTO "search_index" VALUES('terms 3: Chloé');
CREATE TABLE second_factor (
	account_id BIGINT NOT NULL, 
	sealed_secret BLOB NOT NULL, 
	last_step INTEGER NOT NULL, 
	wrong_count INTEGER NOT NULL, 
	wrong_since_at BIGINT, 
	turned_on_at BIGINT NOT NULL, 
	CONSTRAINT pk_second_factor PRIMARY KEY (account_id), 
	CONSTRAINT fk_second_factor_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
INSERT INTO "second_factor" VALUES(1,X'01',1,1,1796031000000000,1796031000000000);
INSERT INTO "second_factor" VALUES(2,X'02',2,2,1796034600000000,1796034600000000);
INSERT INTO "second_factor" VALUES(3,X'03',3,3,NULL,1796038200000000);
CREATE TABLE second_home (
	actor_id BIGINT NOT NULL, 
	also_known_as VARCHAR NOT NULL, 
	moved_to VARCHAR NOT NULL, 
	moved_at BIGINT, 
	CONSTRAINT pk_second_home PRIMARY KEY (actor_id), 
	CONSTRAINT fk_second_home_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id) ON DELETE CASCADE
);
INSERT INTO "second_home" VALUES(1,'also_known_as 1: Chloé','moved_to 1: Chloé',1796031000000000);
INSERT INTO "second_home" VALUES(2,'also_known_as 2: Chloé','moved_to 2: Chloé',1796034600000000);
INSERT INTO "second_home" VALUES(3,'also_known_as 3: Chloé','moved_to 3: Chloé',NULL);
CREATE TABLE submitted_form (
	"key" VARCHAR NOT NULL, 
	location VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_submitted_form PRIMARY KEY ("key")
);
INSERT INTO "submitted_form" VALUES('key 1: Chloé','location 1: Chloé',1796031000000000);
INSERT INTO "submitted_form" VALUES('key 2: Chloé','location 2: Chloé',1796034600000000);
INSERT INTO "submitted_form" VALUES('key 3: Chloé','location 3: Chloé',1796038200000000);
CREATE TABLE swap (
	post_id BIGINT NOT NULL, 
	direction VARCHAR NOT NULL, 
	category VARCHAR NOT NULL, 
	urgent_reason VARCHAR NOT NULL, 
	urgent_until_at BIGINT, 
	CONSTRAINT pk_swap PRIMARY KEY (post_id), 
	CONSTRAINT fk_swap_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "swap" VALUES(1,'offer','category 1: Chloé','urgent_reason 1: Chloé',1796031000000000);
INSERT INTO "swap" VALUES(2,'ask','category 2: Chloé','urgent_reason 2: Chloé',1796034600000000);
INSERT INTO "swap" VALUES(3,'offer','category 3: Chloé','urgent_reason 3: Chloé',NULL);
CREATE TABLE thanks (
	post_id BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_thanks PRIMARY KEY (post_id, actor_id), 
	CONSTRAINT fk_thanks_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id) ON DELETE CASCADE, 
	CONSTRAINT fk_thanks_post_id FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE
);
INSERT INTO "thanks" VALUES(1,1,1796031000000000);
INSERT INTO "thanks" VALUES(2,2,1796034600000000);
INSERT INTO "thanks" VALUES(3,3,1796038200000000);
CREATE TABLE town (
	host VARCHAR NOT NULL, 
	standing VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	decided_at BIGINT, 
	twinning VARCHAR NOT NULL, 
	offer_uri VARCHAR NOT NULL, 
	place_uri VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	software VARCHAR NOT NULL, 
	capabilities VARCHAR NOT NULL, 
	looked_at BIGINT, 
	twinned_at BIGINT, 
	CONSTRAINT pk_town PRIMARY KEY (host)
);
INSERT INTO "town" VALUES('host 1: Chloé','limited','note 1: Chloé',1796031000000000,'offered','offer_uri 1: Chloé','place_uri 1: Chloé','name 1: Chloé','software 1: Chloé','capabilities 1: Chloé',1796031000000000,1796031000000000);
INSERT INTO "town" VALUES('host 2: Chloé','known','note 2: Chloé',1796034600000000,'asked','offer_uri 2: Chloé','place_uri 2: Chloé','name 2: Chloé','software 2: Chloé','capabilities 2: Chloé',1796034600000000,1796034600000000);
INSERT INTO "town" VALUES('host 3: Chloé','ally','note 3: Chloé',NULL,'twinned','offer_uri 3: Chloé','place_uri 3: Chloé','name 3: Chloé','software 3: Chloé','capabilities 3: Chloé',NULL,NULL);
CREATE TABLE word_filter (
	id BIGINT NOT NULL, 
	account_id BIGINT NOT NULL, 
	title VARCHAR NOT NULL, 
	contexts VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	expires_at BIGINT, 
	CONSTRAINT pk_word_filter PRIMARY KEY (id), 
	CONSTRAINT fk_word_filter_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
INSERT INTO "word_filter" VALUES(1,1,'title 1: Chloé','contexts 1: Chloé','hide',1796031000000000);
INSERT INTO "word_filter" VALUES(2,2,'title 2: Chloé','contexts 2: Chloé','warn',1796034600000000);
INSERT INTO "word_filter" VALUES(3,3,'title 3: Chloé','contexts 3: Chloé','hide',NULL);
CREATE INDEX ix_audit_entry_created_at ON audit_entry (created_at);
CREATE INDEX ix_audit_entry_subject_id ON audit_entry (subject_id);
CREATE INDEX ix_job_due ON job (run_at, id) WHERE state = 'waiting';
CREATE INDEX ix_job_order ON job (ordering_key, id) WHERE ordering_key IS NOT NULL;
CREATE INDEX ix_legal_page_kind ON legal_page (kind, language, id);
CREATE INDEX ix_place_source ON place (source);
CREATE INDEX ix_submitted_form_created_at ON submitted_form (created_at);
CREATE INDEX ix_place_key_place_id ON place_key (place_id);
CREATE INDEX ix_account_decided_at ON account (decided_at);
CREATE INDEX ix_account_email ON account (email);
CREATE INDEX ix_account_state ON account (state);
CREATE INDEX ix_access_token_account_id ON access_token (account_id);
CREATE INDEX ix_browser_session_account_id ON browser_session (account_id);
CREATE INDEX ix_browser_session_expires_at ON browser_session (expires_at);
CREATE INDEX ix_consent_account_id ON consent (account_id);
CREATE INDEX ix_email_link_account_id ON email_link (account_id);
CREATE INDEX ix_email_link_browser ON email_link (browser);
CREATE INDEX ix_email_link_expires_at ON email_link (expires_at);
CREATE INDEX ix_email_link_request_id ON email_link (request_id);
CREATE INDEX ix_join_request_actor_id ON join_request (actor_id);
CREATE INDEX ix_join_request_decided_at ON join_request (decided_at);
CREATE INDEX ix_join_request_group_id ON join_request (group_id, state);
CREATE UNIQUE INDEX uq_join_request_pending ON join_request (group_id, actor_id) WHERE state = 'pending';
CREATE INDEX ix_membership_actor_id ON membership (actor_id, state);
CREATE INDEX ix_invite_link_group_id ON invite_link (group_id);
CREATE INDEX ix_media_attachment_by_actor_id ON media_attachment (by_actor_id);
CREATE INDEX ix_media_attachment_for_actor_id ON media_attachment (for_actor_id);
CREATE INDEX ix_media_attachment_waiting ON media_attachment (created_at) WHERE attached_at IS NULL;
CREATE INDEX ix_actor_note_actor_id ON actor_note (actor_id);
CREATE INDEX ix_block_actor_id ON block (actor_id);
CREATE INDEX ix_block_by_actor_id ON block (by_actor_id, id);
CREATE INDEX ix_follow_followers ON follow (followed_actor_id, state, id);
CREATE INDEX ix_follow_following ON follow (follower_actor_id, state, id);
CREATE INDEX ix_mute_actor_id ON mute (actor_id);
CREATE INDEX ix_mute_by_actor_id ON mute (by_actor_id, id);
CREATE INDEX ix_mute_until_at ON mute (until_at);
CREATE INDEX ix_word_filter_account_id ON word_filter (account_id);
CREATE INDEX ix_filter_word_filter_id ON filter_word (filter_id);
CREATE INDEX ix_recovery_code_account_id ON recovery_code (account_id);
CREATE INDEX ix_invite_link_by_actor_id ON invite_link (by_actor_id);
CREATE INDEX ix_membership_group_id ON membership (group_id, state, role, since_at);
CREATE INDEX ix_group_topic_group_id ON group_topic (group_id, position);
CREATE INDEX ix_anonymous_author_actor_id ON anonymous_author (actor_id);
CREATE INDEX ix_home_entry_post_id ON home_entry (post_id);
CREATE INDEX ix_poll_ends_at ON poll (ends_at);
CREATE INDEX ix_post_mention_actor_id ON post_mention (actor_id, post_id);
CREATE INDEX ix_post_recipient_actor_id ON post_recipient (actor_id, post_id);
CREATE INDEX ix_post_version_post_id ON post_version (post_id, id);
CREATE INDEX ix_post_version_replaced_at ON post_version (replaced_at);
CREATE INDEX ix_swap_urgent_until_at ON swap (urgent_until_at);
CREATE INDEX ix_thanks_actor_id ON thanks (actor_id, post_id);
CREATE INDEX ix_parents_group_state ON parents_group (state);
CREATE INDEX ix_notification_account_id ON notification (account_id, id);
CREATE INDEX ix_notification_created_at ON notification (created_at);
CREATE INDEX ix_notification_held_until_at ON notification (held_until_at) WHERE held_until_at IS NOT NULL;
CREATE INDEX ix_notification_rung_at ON notification (account_id, kind, rung_at) WHERE rung_at IS NOT NULL;
CREATE INDEX ix_notification_group_wish_group_id ON notification_group_wish (group_id);
CREATE INDEX ix_push_subscription_account_id ON push_subscription (account_id);
CREATE INDEX ix_push_subscription_session_id ON push_subscription (session_id);
CREATE TRIGGER search_document_added AFTER INSERT ON search_document BEGIN INSERT INTO search_index(rowid, terms) VALUES (new.post_id, new.terms); END;
CREATE TRIGGER search_document_deleted AFTER DELETE ON search_document BEGIN INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.post_id, old.terms); END;
CREATE TRIGGER search_document_changed AFTER UPDATE ON search_document BEGIN INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.post_id, old.terms); INSERT INTO search_index(rowid, terms) VALUES (new.post_id, new.terms); END;
CREATE INDEX ix_conversation_about_post_id ON conversation (about_post_id);
CREATE INDEX ix_conversation_last_at ON conversation (last_at);
CREATE INDEX ix_conversation_started ON conversation (started_by_actor_id, created_at);
CREATE INDEX ix_conversation_member_actor_id ON conversation_member (actor_id, state, last_post_id);
CREATE INDEX ix_conversation_post_order ON conversation_post (conversation_id, post_id);
CREATE INDEX ix_conversation_member_unread ON conversation_member (actor_id, state) WHERE last_post_id > read_post_id;
CREATE INDEX ix_report_group_id ON report (group_id, state, id);
CREATE INDEX ix_report_state ON report (state, id);
CREATE INDEX ix_report_subject_id ON report (subject_id, subject_kind, state);
CREATE INDEX ix_report_target_actor_id ON report (target_actor_id, id);
CREATE INDEX ix_complaint_by_actor_id ON complaint (by_actor_id, id);
CREATE INDEX ix_complaint_report_id ON complaint (report_id);
CREATE UNIQUE INDEX uq_complaint_by ON complaint (report_id, by_actor_id) WHERE by_actor_id IS NOT NULL;
CREATE INDEX ix_decision_decided_by_actor_id ON decision (decided_by_actor_id);
CREATE INDEX ix_decision_report_id ON decision (report_id, id);
CREATE INDEX ix_sealed_copy_sealed_at ON sealed_copy (sealed_at);
CREATE INDEX ix_appeal_state ON appeal (state, id);
CREATE UNIQUE INDEX uq_appeal_target ON appeal (decision_id) WHERE complaint_id IS NULL;
CREATE INDEX ix_audit_entry_group_id ON audit_entry (group_id, id) WHERE group_id IS NOT NULL;
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
    WHEN NOT EXISTS (SELECT 1 FROM audit_gate WHERE OLD.created_at < before_at)
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_entry_is_final BEFORE UPDATE ON audit_entry
    WHEN NOT EXISTS (SELECT 1 FROM audit_gate WHERE OLD.created_at < before_at)
      OR NEW.reason IS NOT NULL
      OR NEW.id IS NOT OLD.id
      OR NEW.by_actor_id IS NOT OLD.by_actor_id
      OR NEW.action IS NOT OLD.action
      OR NEW.subject_id IS NOT OLD.subject_id
      OR NEW.group_id IS NOT OLD.group_id
      OR NEW.created_at IS NOT OLD.created_at
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_entry_is_new BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE INDEX ix_inbox_item_received ON inbox_item (received_at);
CREATE INDEX ix_delivery_host_due ON delivery_host (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX ix_outgoing_activity_actor_id ON outgoing_activity (actor_id, id);
CREATE INDEX ix_outgoing_activity_expires_at ON outgoing_activity (expires_at) WHERE body <> '';
CREATE INDEX ix_outgoing_activity_post_id ON outgoing_activity (post_id, id);
CREATE INDEX ix_delivery_lane ON delivery (host_id, lane, activity_id) WHERE state = 'waiting';
CREATE INDEX ix_delivery_waiting ON delivery (host_id, due_at, activity_id) WHERE state = 'waiting';
CREATE INDEX ix_follow_activity_uri ON follow_activity (uri);
CREATE INDEX ix_remote_farewell_gone_at ON remote_farewell (gone_at);
CREATE INDEX ix_remote_post_missing ON remote_post (missing_uri) WHERE missing_uri <> '';
CREATE INDEX ix_remote_post_url ON remote_post (url);
CREATE INDEX ix_post_author_actor_id ON post (author_actor_id, id);
CREATE INDEX ix_post_group_id ON post (group_id, is_reply, id);
CREATE INDEX ix_post_root_id ON post (root_id, id);
CREATE INDEX ix_post_held ON post (group_id, id) WHERE state = 'held';
CREATE INDEX ix_post_topic_id ON post (topic_id, id);
CREATE INDEX ix_post_deleted_at ON post (deleted_at);
CREATE INDEX ix_post_town ON post (is_reply, is_from_elsewhere, id) WHERE group_id IS NULL;
CREATE INDEX ix_membership_activity_uri ON membership_activity (uri);
CREATE INDEX ix_like_activity_actor_id ON like_activity (actor_id);
CREATE INDEX ix_like_activity_post_id ON like_activity (post_id, actor_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('notification',3);
INSERT INTO "sqlite_sequence" VALUES('push_subscription',3);
INSERT INTO search_index(search_index) VALUES('rebuild');
COMMIT;
