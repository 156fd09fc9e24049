/* The household is taken to be in the time zone of this browser until somebody says otherwise. */

const field = document.querySelector("[data-time-zone]");
field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
