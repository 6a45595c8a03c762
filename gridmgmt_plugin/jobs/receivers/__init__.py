"""What single receivers want: profiles that come along or that the workspace keeps."""
