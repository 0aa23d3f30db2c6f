CREATE TABLE `audit_entries` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text NOT NULL,
	`actor` text NOT NULL,
	`actor_name` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_entries_subject` ON `audit_entries` (`subject`,`sequence`);--> statement-breakpoint
CREATE TABLE `clinicians` (
	`id` text PRIMARY KEY NOT NULL,
	`login` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`is_disabled` integer DEFAULT false NOT NULL,
	`password_hash` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `clinicians_login_unique` ON `clinicians` (`login`);--> statement-breakpoint
CREATE TABLE `login_attempts` (
	`key` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`last_at` text NOT NULL,
	`blocked_until` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`clinician_id` text NOT NULL,
	`created_at` text NOT NULL,
	`last_active_at` text NOT NULL,
	`locked_at` text,
	FOREIGN KEY (`clinician_id`) REFERENCES `clinicians`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_tokenHash_unique` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_clinician` ON `sessions` (`clinician_id`);--> statement-breakpoint
CREATE TABLE `addenda` (
	`id` text PRIMARY KEY NOT NULL,
	`report_id` text NOT NULL,
	`study_uid` text NOT NULL,
	`text` text NOT NULL,
	`signed_by_name` text NOT NULL,
	`signed_at` text NOT NULL,
	`hash` text NOT NULL,
	FOREIGN KEY (`report_id`) REFERENCES `reports`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `addenda_report` ON `addenda` (`report_id`,`signed_at`);--> statement-breakpoint
CREATE TABLE `analyses` (
	`id` text PRIMARY KEY NOT NULL,
	`study_uid` text NOT NULL,
	`request` text NOT NULL,
	`series_uid` text,
	`protocol` text NOT NULL,
	`protocol_reason` text NOT NULL,
	`protocol_version` text NOT NULL,
	`app_version` text NOT NULL,
	`state` text NOT NULL,
	`progress` real NOT NULL,
	`candidates` text,
	`slices` text,
	`measurements` text NOT NULL,
	`warnings` text NOT NULL,
	`error` text,
	`requested_by` text NOT NULL,
	`requested_by_name` text NOT NULL,
	`created_at` text NOT NULL,
	`finished_at` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `analyses_study` ON `analyses` (`study_uid`,`created_at`);--> statement-breakpoint
CREATE TABLE `analysis_steps` (
	`analysis_id` text NOT NULL,
	`step` text NOT NULL,
	`state` text NOT NULL,
	`starts` integer NOT NULL,
	`started_at` text,
	`finished_at` text,
	`duration_ms` real,
	`detail` text NOT NULL,
	PRIMARY KEY(`analysis_id`, `step`),
	FOREIGN KEY (`analysis_id`) REFERENCES `analyses`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `annotations` (
	`id` text PRIMARY KEY NOT NULL,
	`study_uid` text NOT NULL,
	`body` text NOT NULL,
	`revision` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`deleted_at` text,
	`deleted_by` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `annotations_study` ON `annotations` (`study_uid`,`created_at`);--> statement-breakpoint
CREATE TABLE `finding_acts` (
	`id` text PRIMARY KEY NOT NULL,
	`finding_id` text NOT NULL,
	`study_uid` text NOT NULL,
	`act` text NOT NULL,
	`actor` text NOT NULL,
	`actor_name` text NOT NULL,
	`at` text NOT NULL,
	FOREIGN KEY (`finding_id`) REFERENCES `findings`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `finding_acts_finding` ON `finding_acts` (`finding_id`,`id`);--> statement-breakpoint
CREATE INDEX `finding_acts_study` ON `finding_acts` (`study_uid`,`at`);--> statement-breakpoint
CREATE TABLE `findings` (
	`id` text PRIMARY KEY NOT NULL,
	`study_uid` text NOT NULL,
	`analysis_id` text,
	`origin` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`series_uid` text NOT NULL,
	`sop_instance_uid` text NOT NULL,
	`frame_number` integer NOT NULL,
	`confidence` real,
	`reason` text NOT NULL,
	`note` text NOT NULL,
	`diameter_mm` real,
	`diameter_error_mm` real,
	`volume_mm3` real,
	`mean_hu` real,
	`max_hu` real,
	`hu_voxels` integer,
	`laterality` text NOT NULL,
	`location` text NOT NULL,
	`centre_mm` text NOT NULL,
	`diameter_ends_mm` text,
	`measured` text,
	`revision` integer NOT NULL,
	`decided_by` text,
	`decided_at` text,
	`superseded_at` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`analysis_id`) REFERENCES `analyses`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `findings_study` ON `findings` (`study_uid`,`id`);--> statement-breakpoint
CREATE TABLE `report_exports` (
	`id` text PRIMARY KEY NOT NULL,
	`study_uid` text NOT NULL,
	`format` text NOT NULL,
	`is_signed` integer NOT NULL,
	`sha256` text NOT NULL,
	`actor` text NOT NULL,
	`actor_name` text NOT NULL,
	`at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `report_exports_study` ON `report_exports` (`study_uid`,`at`);--> statement-breakpoint
CREATE TABLE `report_saves` (
	`report_id` text NOT NULL,
	`revision` integer NOT NULL,
	`by` text NOT NULL,
	`machine` text NOT NULL,
	`actor` text NOT NULL,
	`actor_name` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`report_id`, `revision`),
	FOREIGN KEY (`report_id`) REFERENCES `reports`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `reports` (
	`id` text PRIMARY KEY NOT NULL,
	`study_uid` text NOT NULL,
	`version` integer NOT NULL,
	`status` text NOT NULL,
	`revision` integer NOT NULL,
	`human_revision` integer NOT NULL,
	`content` text NOT NULL,
	`machine` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `reports_study` ON `reports` (`study_uid`,`version`);--> statement-breakpoint
CREATE TABLE `signatures` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`study_uid` text NOT NULL,
	`document` text NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL,
	`signed_by` text NOT NULL,
	`signed_by_name` text NOT NULL,
	`signed_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `signatures_subject` ON `signatures` (`subject_id`);--> statement-breakpoint
CREATE INDEX `signatures_study` ON `signatures` (`study_uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `signatures_hash` ON `signatures` (`hash`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`priority` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`progress` real DEFAULT 0 NOT NULL,
	`leased_by` text,
	`lease_until` text,
	`not_before` text,
	`error` text,
	`created_at` text NOT NULL,
	`started_at` text,
	`finished_at` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_active` ON `jobs` (`kind`,`key`) WHERE state in ('queued', 'running');--> statement-breakpoint
CREATE INDEX `jobs_state` ON `jobs` (`state`,`kind`,`priority`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `instance_conflicts` (
	`id` text PRIMARY KEY NOT NULL,
	`sop_instance_uid` text NOT NULL,
	`sha256` text NOT NULL,
	`kept_sha256` text NOT NULL,
	`import_id` text NOT NULL,
	`path` text NOT NULL,
	`at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `conflicts_instance` ON `instance_conflicts` (`sop_instance_uid`);--> statement-breakpoint
CREATE TABLE `import_rejections` (
	`id` text PRIMARY KEY NOT NULL,
	`import_id` text NOT NULL,
	`path` text NOT NULL,
	`code` text NOT NULL,
	`reason` text NOT NULL,
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `import_rejections_import` ON `import_rejections` (`import_id`);--> statement-breakpoint
CREATE TABLE `import_studies` (
	`id` text PRIMARY KEY NOT NULL,
	`import_id` text NOT NULL,
	`study_uid` text NOT NULL,
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `import_studies_import` ON `import_studies` (`import_id`);--> statement-breakpoint
CREATE TABLE `imports` (
	`id` text PRIMARY KEY NOT NULL,
	`label` text NOT NULL,
	`actor` text NOT NULL,
	`state` text NOT NULL,
	`done` integer DEFAULT 0 NOT NULL,
	`total` integer,
	`bytes_done` integer DEFAULT 0 NOT NULL,
	`imported` integer DEFAULT 0 NOT NULL,
	`duplicates` integer DEFAULT 0 NOT NULL,
	`rejected` integer DEFAULT 0 NOT NULL,
	`message` text,
	`pid` integer NOT NULL,
	`started_at` text NOT NULL,
	`finished_at` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `imports_started` ON `imports` (`started_at`);--> statement-breakpoint
CREATE TABLE `instances` (
	`sop_instance_uid` text PRIMARY KEY NOT NULL,
	`series_uid` text NOT NULL,
	`sha256` text NOT NULL,
	`bytes` integer NOT NULL,
	`frame_count` integer NOT NULL,
	`header` text NOT NULL,
	`import_id` text NOT NULL,
	`imported_at` text NOT NULL,
	FOREIGN KEY (`series_uid`) REFERENCES `series`(`series_uid`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `instances_series` ON `instances` (`series_uid`);--> statement-breakpoint
CREATE INDEX `instances_sha` ON `instances` (`sha256`);--> statement-breakpoint
CREATE TABLE `patients` (
	`id` text PRIMARY KEY NOT NULL,
	`identity` text NOT NULL,
	`name` text NOT NULL,
	`patient_id` text NOT NULL,
	`birth_date` text,
	`sex` text NOT NULL,
	`created_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `patients_identity_unique` ON `patients` (`identity`);--> statement-breakpoint
CREATE TABLE `series` (
	`series_uid` text PRIMARY KEY NOT NULL,
	`study_uid` text NOT NULL,
	`modality` text NOT NULL,
	`series_number` integer,
	`summary` text,
	`is_stale` integer DEFAULT true NOT NULL,
	`thumbnail_sha256` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`study_uid`) REFERENCES `studies`(`study_uid`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `series_study` ON `series` (`study_uid`);--> statement-breakpoint
CREATE INDEX `series_stale` ON `series` (`is_stale`);--> statement-breakpoint
CREATE TABLE `studies` (
	`study_uid` text PRIMARY KEY NOT NULL,
	`patient_row` text NOT NULL,
	`patient_name` text NOT NULL,
	`patient_id` text NOT NULL,
	`birth_date` text,
	`sex` text NOT NULL,
	`study_date` text,
	`study_time` text,
	`description` text NOT NULL,
	`accession_number` text NOT NULL,
	`body_part` text NOT NULL,
	`modalities` text NOT NULL,
	`series_count` integer DEFAULT 0 NOT NULL,
	`instance_count` integer DEFAULT 0 NOT NULL,
	`warnings` integer DEFAULT 0 NOT NULL,
	`status` text DEFAULT 'new' NOT NULL,
	`progress` real,
	`findings` text DEFAULT '' NOT NULL,
	`assigned_to` text,
	`search_text` text DEFAULT '' NOT NULL,
	`imported_at` text NOT NULL,
	FOREIGN KEY (`patient_row`) REFERENCES `patients`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `studies_imported` ON `studies` (`imported_at`);--> statement-breakpoint
CREATE INDEX `studies_date` ON `studies` (`study_date`);--> statement-breakpoint
CREATE INDEX `studies_name` ON `studies` (`patient_name`);--> statement-breakpoint
CREATE INDEX `studies_status` ON `studies` (`status`);--> statement-breakpoint
CREATE INDEX `studies_patient` ON `studies` (`patient_row`);