"""A coverage as a graph: edges, faces, nodes and who owns which face."""
