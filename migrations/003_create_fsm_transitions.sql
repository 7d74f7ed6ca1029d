-- Every change of state, of workflows and of anything else that has states: so no foreign key.
CREATE TABLE IF NOT EXISTS fsm_transitions (
    id               UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    entity_id        UUID NOT NULL,
    entity_type      VARCHAR(100) NOT NULL,
    from_state       VARCHAR(50),
    to_state         VARCHAR(50) NOT NULL,
    transition_event VARCHAR(100) NOT NULL,
    transition_data  JSONB DEFAULT '{}',
    created_at       TIMESTAMPTZ DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_fsm_transitions_entity ON fsm_transitions (entity_id, entity_type);
CREATE INDEX IF NOT EXISTS idx_fsm_transitions_entity_type ON fsm_transitions (entity_type);
CREATE INDEX IF NOT EXISTS idx_fsm_transitions_created_at ON fsm_transitions (created_at DESC);
CREATE INDEX IF NOT EXISTS idx_fsm_transitions_states ON fsm_transitions (from_state, to_state);

COMMENT ON TABLE fsm_transitions IS 'Changes of state of workflows, bridges and other entities';
COMMENT ON COLUMN fsm_transitions.id IS 'Identifier; the event''s id where ingest made the row';
COMMENT ON COLUMN fsm_transitions.entity_id IS 'What changed its state';
COMMENT ON COLUMN fsm_transitions.entity_type IS 'Kind of entity, as workflow or bridge';
COMMENT ON COLUMN fsm_transitions.from_state IS 'State before; NULL for the initial state';
COMMENT ON COLUMN fsm_transitions.to_state IS 'State after';
COMMENT ON COLUMN fsm_transitions.transition_event IS 'What made it change';
COMMENT ON COLUMN fsm_transitions.transition_data IS 'Payload of the transition''s event, whole';
COMMENT ON COLUMN fsm_transitions.created_at IS 'Time of the transition';
