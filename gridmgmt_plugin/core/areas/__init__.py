"""Administrative areas as a layer or a planner names them: pieces, the names of those above, the scope of a job."""
