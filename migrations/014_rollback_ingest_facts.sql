DROP TABLE IF EXISTS ingest_hashless_stamps;
DROP TABLE IF EXISTS ingest_node_facts;
DROP TABLE IF EXISTS ingest_workflow_facts;
