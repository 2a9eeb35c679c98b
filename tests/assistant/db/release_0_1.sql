BEGIN TRANSACTION;
CREATE TABLE draft_revisions (
	id INTEGER NOT NULL, 
	draft_id VARCHAR(36) NOT NULL, 
	version INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	question TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	citations JSON NOT NULL, 
	editor VARCHAR(64) NOT NULL, 
	note TEXT NOT NULL, 
	saved_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (draft_id, version), 
	FOREIGN KEY(draft_id) REFERENCES drafts (id)
);
INSERT INTO "draft_revisions" VALUES(1,'d1',1,'相邻关系','邻里怎么相处？','见民法典。','[]','王芳','','2026-11-20 08:00:00.000000');
CREATE TABLE drafts (
	id VARCHAR(36) NOT NULL, 
	format VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	version INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	question TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	citations JSON NOT NULL, 
	problems JSON NOT NULL, 
	topic TEXT NOT NULL, 
	address TEXT NOT NULL, 
	case_id VARCHAR(64) NOT NULL, 
	law_date DATE, 
	author VARCHAR(64) NOT NULL, 
	last_editor VARCHAR(64) NOT NULL, 
	reviewer VARCHAR(64) NOT NULL, 
	review_note TEXT NOT NULL, 
	reviewed_at DATETIME, 
	published BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "drafts" VALUES('d1','qa','approved',3,'相邻关系','邻里怎么相处？','见民法典。','[{"address": "\u6c11\u6cd5\u5178\u7b2c\u4e8c\u767e\u516b\u5341\u516b\u6761"}]','[]','','','','2026-11-20','王芳','李强','赵敏','可以发','2026-11-20 08:00:00.000000',1,'2026-11-20 08:00:00.000000','2026-11-20 08:00:00.000000');
CREATE TABLE reviews (
	id INTEGER NOT NULL, 
	draft_id VARCHAR(36) NOT NULL, 
	version INTEGER NOT NULL, 
	action VARCHAR(20) NOT NULL, 
	who VARCHAR(64) NOT NULL, 
	what TEXT NOT NULL, 
	done_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(draft_id) REFERENCES drafts (id)
);
INSERT INTO "reviews" VALUES(1,'d1',3,'approved','赵敏','可以发','2026-11-20 08:00:00.000000');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	applied_at DATETIME NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1,'2026-11-22 08:51:09.477653');
CREATE INDEX ix_drafts_status ON drafts (status);
CREATE INDEX ix_drafts_created_at ON drafts (created_at);
CREATE INDEX ix_reviews_draft ON reviews (draft_id, id);
COMMIT;
