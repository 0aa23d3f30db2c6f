CREATE TABLE `biometric_windows` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`window_id` text NOT NULL,
	`timestamp` real NOT NULL,
	`duration_ms` real NOT NULL,
	`features` text NOT NULL,
	`risk` text,
	`quality_score` real DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL,
	`device_id` text,
	`has_quality` integer DEFAULT false NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `biometric_windows_windowId_unique` ON `biometric_windows` (`window_id`);--> statement-breakpoint
CREATE INDEX `biometric_windows_created` ON `biometric_windows` (`created_at`);--> statement-breakpoint
CREATE TABLE `caption_windows` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`window_id` text NOT NULL,
	`timestamp` real NOT NULL,
	`chunk_start_s` real NOT NULL,
	`chunk_end_s` real NOT NULL,
	`caption` text NOT NULL,
	`latency_ms` real,
	`tokens_generated` integer,
	`created_at` text NOT NULL,
	`device_id` text,
	`is_mock` integer DEFAULT false NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `caption_windows_windowId_unique` ON `caption_windows` (`window_id`);--> statement-breakpoint
CREATE INDEX `caption_windows_created` ON `caption_windows` (`created_at`);--> statement-breakpoint
CREATE TABLE `consents` (
	`id` text PRIMARY KEY NOT NULL,
	`channel` text NOT NULL,
	`state` text NOT NULL,
	`device_id` text,
	`person_kind` text NOT NULL,
	`person_name` text NOT NULL,
	`patient_id` text,
	`given_by` text NOT NULL,
	`how` text NOT NULL,
	`recorded_by` text NOT NULL,
	`recorded_by_name` text NOT NULL,
	`at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `consents_device` ON `consents` (`device_id`);--> statement-breakpoint
CREATE INDEX `consents_patient` ON `consents` (`patient_id`,`channel`);--> statement-breakpoint
CREATE TABLE `glasses_devices` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`token_hash` text,
	`wearer_kind` text NOT NULL,
	`wearer_name` text NOT NULL,
	`patient_id` text,
	`paired_at` text NOT NULL,
	`paired_by` text NOT NULL,
	`last_seen_at` text,
	`revoked_at` text,
	`revoked_by` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `glasses_devices_tokenHash_unique` ON `glasses_devices` (`token_hash`);--> statement-breakpoint
CREATE TABLE `glasses_pairings` (
	`id` text PRIMARY KEY NOT NULL,
	`code_hash` text NOT NULL,
	`wearer_kind` text NOT NULL,
	`wearer_name` text NOT NULL,
	`patient_id` text,
	`consent_given_by` text NOT NULL,
	`consent_how` text NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`used_at` text,
	`device_id` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `glasses_pairings_codeHash_unique` ON `glasses_pairings` (`code_hash`);--> statement-breakpoint
CREATE TABLE `interventions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`decision` text NOT NULL,
	`reasoning` text NOT NULL,
	`biometric_ids` text NOT NULL,
	`caption_ids` text NOT NULL,
	`model` text NOT NULL,
	`prompt_tokens` integer,
	`completion_tokens` integer,
	`created_at` text NOT NULL,
	`poke_message` text,
	`poke_sent_at` text,
	`device_id` text,
	`decider` text NOT NULL,
	`message` text,
	`signals` text NOT NULL,
	`notice` text NOT NULL,
	`inputs` text NOT NULL,
	`seen_by` text,
	`seen_at` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `interventions_created` ON `interventions` (`created_at`);--> statement-breakpoint
CREATE INDEX `interventions_open` ON `interventions` (`id`) WHERE notice = 'shown' and seen_at is null;--> statement-breakpoint
CREATE TABLE `key_frames` (
	`id` text PRIMARY KEY NOT NULL,
	`device_id` text NOT NULL,
	`taken_at` text NOT NULL,
	`delete_after` text NOT NULL,
	`jpeg` blob NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `key_frames_delete` ON `key_frames` (`delete_after`);--> statement-breakpoint
CREATE INDEX `key_frames_device` ON `key_frames` (`device_id`,`taken_at`);