/* The server's news over socket.io: `listen(["incidents"], {incident: (data) => …})`. */

import { io } from "./vendor/socket.io.esm.min.js";
import { showOffline } from "./app.js";

const QUIET_MS = 3000;

/* The cookie says who this is. Rooms are asked for again after each break, and `onJoin` is called. */
export function listen(rooms, handlers, onJoin = () => {}) {
  const socket = io({ transports: ["websocket", "polling"] });
  let away;
  socket.on("connect", () => {
    clearTimeout(away);
    showOffline(false);
    socket.emit("subscribe", { rooms }, onJoin);
  });
  for (const broken of ["disconnect", "connect_error"]) {
    socket.on(broken, () => {
      clearTimeout(away);
      away = setTimeout(() => showOffline(true), QUIET_MS);
    });
  }
  for (const [event, handler] of Object.entries(handlers)) socket.on(event, handler);
  return socket;
}
