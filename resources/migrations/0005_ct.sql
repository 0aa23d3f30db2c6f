CREATE TABLE `ct_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`uri` text,
	`protocol` text NOT NULL,
	`state` text NOT NULL,
	`error` text,
	`study_uids` text DEFAULT '[]' NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`created_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `ct_requests_uri` ON `ct_requests` (`uri`);