"""The inventory of components: what there is, what is wrong with it, and acts on many components at once."""
