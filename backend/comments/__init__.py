"""What people say of an image, a look or an incident: comments and ratings."""
