DROP TABLE IF EXISTS node_registrations;
