"""Unit grids painted into responsibility grids: a column of the layer, the model beside it, one undo per stroke."""
