"""The values that travel between the rooms: frozen, slotted, without I/O."""
