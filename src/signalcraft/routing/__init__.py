"""Where an alert goes: rules, their conditions and index, decisions. Pure."""
