CREATE TABLE `contact_numbers` (
	`id` text PRIMARY KEY NOT NULL,
	`followup_patient_id` text NOT NULL,
	`purpose` text NOT NULL,
	`number` text NOT NULL,
	FOREIGN KEY (`followup_patient_id`) REFERENCES `followup_patients`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `contact_numbers_purpose` ON `contact_numbers` (`followup_patient_id`,`purpose`);--> statement-breakpoint
CREATE INDEX `contact_numbers_number` ON `contact_numbers` (`number`);--> statement-breakpoint
CREATE TABLE `followup_patients` (
	`id` text PRIMARY KEY NOT NULL,
	`patient_row` text NOT NULL,
	`language` text NOT NULL,
	`time_zone` text NOT NULL,
	`totp_secret` text,
	`totp_confirmed_at` text,
	`totp_last_step` integer,
	`read_at` text,
	`revision` integer DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `followup_patients_patientRow_unique` ON `followup_patients` (`patient_row`);--> statement-breakpoint
CREATE TABLE `followup_plans` (
	`id` text PRIMARY KEY NOT NULL,
	`followup_patient_id` text NOT NULL,
	`study_uid` text NOT NULL,
	`report_hash` text NOT NULL,
	`template_id` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`created_at` text NOT NULL,
	`started_at` text,
	`started_by` text,
	FOREIGN KEY (`followup_patient_id`) REFERENCES `followup_patients`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `followup_plans_study` ON `followup_plans` (`study_uid`);--> statement-breakpoint
CREATE TABLE `followup_templates` (
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`body` text NOT NULL,
	`revision` integer NOT NULL,
	`updated_by` text NOT NULL,
	`updated_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `followup_templates_id` ON `followup_templates` (`kind`,`id`);--> statement-breakpoint
CREATE TABLE `portal_links` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`followup_patient_id` text NOT NULL,
	`study_uid` text,
	`purpose` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL,
	FOREIGN KEY (`followup_patient_id`) REFERENCES `followup_patients`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `portal_links_tokenHash_unique` ON `portal_links` (`token_hash`);--> statement-breakpoint
CREATE INDEX `portal_links_patient` ON `portal_links` (`followup_patient_id`);--> statement-breakpoint
CREATE TABLE `portal_visits` (
	`id` text PRIMARY KEY NOT NULL,
	`followup_patient_id` text NOT NULL,
	`kind` text NOT NULL,
	`release_id` text,
	`at` text NOT NULL,
	FOREIGN KEY (`followup_patient_id`) REFERENCES `followup_patients`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `portal_visits_patient` ON `portal_visits` (`followup_patient_id`,`at`);--> statement-breakpoint
CREATE TABLE `provider_events` (
	`id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`body` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`answer` text,
	`error` text,
	`received_at` text NOT NULL,
	`done_at` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `provider_events_event` ON `provider_events` (`provider`,`event_id`);--> statement-breakpoint
CREATE INDEX `provider_events_new` ON `provider_events` (`state`) WHERE state = 'new';--> statement-breakpoint
CREATE TABLE `release_drafts` (
	`study_uid` text PRIMARY KEY NOT NULL,
	`report_hash` text NOT NULL,
	`texts` text NOT NULL,
	`images` text NOT NULL,
	`revision` integer DEFAULT 0 NOT NULL,
	`updated_by` text NOT NULL,
	`updated_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `portal_releases` (
	`id` text PRIMARY KEY NOT NULL,
	`followup_patient_id` text NOT NULL,
	`study_uid` text NOT NULL,
	`report_hash` text NOT NULL,
	`texts` text NOT NULL,
	`images` text NOT NULL,
	`released_by` text NOT NULL,
	`released_by_name` text NOT NULL,
	`released_at` text NOT NULL,
	`withdrawn_at` text,
	`withdrawn_by` text,
	FOREIGN KEY (`followup_patient_id`) REFERENCES `followup_patients`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `portal_releases_patient` ON `portal_releases` (`followup_patient_id`);--> statement-breakpoint
CREATE INDEX `portal_releases_study` ON `portal_releases` (`study_uid`);--> statement-breakpoint
CREATE TABLE `scheduled_actions` (
	`id` text PRIMARY KEY NOT NULL,
	`followup_patient_id` text NOT NULL,
	`study_uid` text,
	`plan_id` text,
	`kind` text NOT NULL,
	`risk` text NOT NULL,
	`state` text NOT NULL,
	`due_at` text NOT NULL,
	`time_zone` text NOT NULL,
	`conditions` text NOT NULL,
	`template_id` text,
	`text` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`outcome` text DEFAULT '' NOT NULL,
	`once_key` text,
	`revision` integer DEFAULT 0 NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`created_at` text NOT NULL,
	`done_at` text,
	FOREIGN KEY (`followup_patient_id`) REFERENCES `followup_patients`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `scheduled_actions_onceKey_unique` ON `scheduled_actions` (`once_key`);--> statement-breakpoint
CREATE INDEX `scheduled_actions_due` ON `scheduled_actions` (`due_at`) WHERE state = 'planned';--> statement-breakpoint
CREATE INDEX `scheduled_actions_state` ON `scheduled_actions` (`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `scheduled_actions_patient` ON `scheduled_actions` (`followup_patient_id`);--> statement-breakpoint
CREATE INDEX `scheduled_actions_plan` ON `scheduled_actions` (`plan_id`);--> statement-breakpoint
CREATE TABLE `sms_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`followup_patient_id` text,
	`action_id` text,
	`outbox_id` text,
	`purpose` text NOT NULL,
	`direction` text NOT NULL,
	`number` text NOT NULL,
	`text` text NOT NULL,
	`state` text NOT NULL,
	`segments` integer NOT NULL,
	`is_mock` integer DEFAULT false NOT NULL,
	`provider_id` text,
	`error_code` text,
	`note` text DEFAULT '' NOT NULL,
	`asked_at` text,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sms_messages_providerId_unique` ON `sms_messages` (`provider_id`);--> statement-breakpoint
CREATE INDEX `sms_messages_patient` ON `sms_messages` (`followup_patient_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `sms_messages_number` ON `sms_messages` (`number`,`created_at`);--> statement-breakpoint
CREATE INDEX `sms_messages_open` ON `sms_messages` (`state`) WHERE state in ('queued', 'held', 'sending', 'sent', 'unknown');--> statement-breakpoint
CREATE TABLE `voice_calls` (
	`id` text PRIMARY KEY NOT NULL,
	`followup_patient_id` text,
	`action_id` text,
	`outbox_id` text,
	`purpose` text NOT NULL,
	`number` text NOT NULL,
	`state` text NOT NULL,
	`is_mock` integer DEFAULT false NOT NULL,
	`provider_id` text,
	`ended_reason` text,
	`outcome` text DEFAULT '' NOT NULL,
	`summary` text DEFAULT '' NOT NULL,
	`transcript` text DEFAULT '' NOT NULL,
	`is_verified` integer DEFAULT false NOT NULL,
	`study_uid` text,
	`asked_at` text,
	`started_at` text,
	`ended_at` text,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `voice_calls_providerId_unique` ON `voice_calls` (`provider_id`);--> statement-breakpoint
CREATE INDEX `voice_calls_patient` ON `voice_calls` (`followup_patient_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `voice_calls_open` ON `voice_calls` (`state`) WHERE state in ('queued', 'held', 'ringing', 'in-progress', 'unknown');--> statement-breakpoint
CREATE TABLE `short_lived` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`expires_at_ms` real NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `short_lived_expires` ON `short_lived` (`expires_at_ms`);--> statement-breakpoint
CREATE TABLE `short_lived_places` (
	`key` text NOT NULL,
	`member` text NOT NULL,
	`at_ms` real NOT NULL,
	`expires_at_ms` real NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `short_lived_places_member` ON `short_lived_places` (`key`,`member`);--> statement-breakpoint
CREATE INDEX `short_lived_places_expires` ON `short_lived_places` (`expires_at_ms`);--> statement-breakpoint
ALTER TABLE `consents` ADD `followup_patient_id` text;--> statement-breakpoint
CREATE INDEX `consents_followup` ON `consents` (`followup_patient_id`,`channel`);--> statement-breakpoint
CREATE INDEX `outbox_next` ON `outbox` (`kind`,"priority" desc) WHERE state in ('waiting', 'unknown');