CREATE TABLE `first_impressions` (
	`study_uid` text PRIMARY KEY NOT NULL,
	`text` text NOT NULL,
	`by` text NOT NULL,
	`by_name` text NOT NULL,
	`at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `impression_agreements` (
	`id` text PRIMARY KEY NOT NULL,
	`study_uid` text NOT NULL,
	`agreement` text NOT NULL,
	`note` text NOT NULL,
	`by` text NOT NULL,
	`by_name` text NOT NULL,
	`at` text NOT NULL,
	FOREIGN KEY (`study_uid`) REFERENCES `first_impressions`(`study_uid`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `impression_agreements_study` ON `impression_agreements` (`study_uid`,`at`);--> statement-breakpoint
CREATE TABLE `readings` (
	`id` text PRIMARY KEY NOT NULL,
	`study_uid` text NOT NULL,
	`analysis_id` text,
	`task` text NOT NULL,
	`subject` text NOT NULL,
	`finding_id` text,
	`state` text NOT NULL,
	`run` text,
	`timing` text,
	`images` text NOT NULL,
	`images_available` integer NOT NULL,
	`images_note` text NOT NULL,
	`verdict` text,
	`output` text,
	`error` text,
	`requested_by` text NOT NULL,
	`requested_by_name` text NOT NULL,
	`created_at` text NOT NULL,
	`finished_at` text,
	`superseded_at` text,
	FOREIGN KEY (`analysis_id`) REFERENCES `analyses`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `readings_study` ON `readings` (`study_uid`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `readings_of_analysis` ON `readings` (`analysis_id`,`task`,`subject`) WHERE analysis_id is not null;--> statement-breakpoint
CREATE TABLE `statement_acts` (
	`id` text PRIMARY KEY NOT NULL,
	`statement_id` text NOT NULL,
	`study_uid` text NOT NULL,
	`verdict` text NOT NULL,
	`text` text,
	`actor` text NOT NULL,
	`actor_name` text NOT NULL,
	`at` text NOT NULL,
	FOREIGN KEY (`statement_id`) REFERENCES `statements`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `statement_acts_statement` ON `statement_acts` (`statement_id`,`id`);--> statement-breakpoint
CREATE TABLE `statements` (
	`id` text PRIMARY KEY NOT NULL,
	`reading_id` text NOT NULL,
	`study_uid` text NOT NULL,
	`ordinal` integer NOT NULL,
	`section` text NOT NULL,
	`spans` text NOT NULL,
	`images` text NOT NULL,
	`is_flagged` integer NOT NULL,
	`status` text NOT NULL,
	`amended_text` text,
	`revision` integer NOT NULL,
	`decided_by` text,
	`decided_at` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`reading_id`) REFERENCES `readings`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `statements_reading` ON `statements` (`reading_id`,`ordinal`);--> statement-breakpoint
CREATE INDEX `statements_study` ON `statements` (`study_uid`);--> statement-breakpoint
CREATE TABLE `licence_acceptances` (
	`id` text PRIMARY KEY NOT NULL,
	`repo` text NOT NULL,
	`licence` text NOT NULL,
	`terms_sha256` text NOT NULL,
	`accepted_by` text NOT NULL,
	`accepted_by_name` text NOT NULL,
	`accepted_at` text NOT NULL
) STRICT;
