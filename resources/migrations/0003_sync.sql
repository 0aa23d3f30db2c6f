CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`target` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`lane` text,
	`subject` text,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`priority` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`attempt_state` text,
	`bytes_done` integer DEFAULT 0 NOT NULL,
	`bytes_total` integer,
	`next_at` text NOT NULL,
	`deadline_at` text,
	`leased_by` text,
	`lease_until` text,
	`last_error` text,
	`receipt` text,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL,
	`done_at` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_key` ON `outbox` (`target`,`key`);--> statement-breakpoint
CREATE INDEX `outbox_open` ON `outbox` (`target`,`state`,`next_at`) WHERE state in ('waiting', 'sending', 'unknown');--> statement-breakpoint
CREATE INDEX `outbox_lane` ON `outbox` (`target`,`lane`) WHERE lane is not null and state in ('waiting', 'sending', 'unknown');--> statement-breakpoint
CREATE INDEX `outbox_subject` ON `outbox` (`subject`);--> statement-breakpoint
CREATE INDEX `outbox_done` ON `outbox` (`done_at`);--> statement-breakpoint
CREATE TABLE `cloud_objects` (
	`bucket` text NOT NULL,
	`name` text NOT NULL,
	`study_uid` text NOT NULL,
	`kind` text NOT NULL,
	`sop_instance_uid` text,
	`sha256` text NOT NULL,
	`crc32c` text NOT NULL,
	`bytes` integer NOT NULL,
	`generation` text NOT NULL,
	`confirmed_at` text NOT NULL,
	PRIMARY KEY(`bucket`, `name`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `cloud_objects_study` ON `cloud_objects` (`study_uid`,`kind`);--> statement-breakpoint
CREATE TABLE `pseudonyms` (
	`kind` text NOT NULL,
	`original` text NOT NULL,
	`substitute` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`kind`, `original`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `pseudonyms_substitute` ON `pseudonyms` (`kind`,`substitute`);--> statement-breakpoint
CREATE TABLE `upload_tickets` (
	`id` text PRIMARY KEY NOT NULL,
	`secret_hash` text NOT NULL,
	`object_name` text NOT NULL,
	`content_type` text NOT NULL,
	`max_bytes` integer NOT NULL,
	`expires_at` text NOT NULL,
	`used_at` text,
	`sha256` text,
	`bytes` integer,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `upload_tickets_secretHash_unique` ON `upload_tickets` (`secret_hash`);