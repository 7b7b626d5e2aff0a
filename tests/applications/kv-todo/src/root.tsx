import { Outlet } from "@remix-run/react";
import * as React from "react";

export default function Page() {
  return (
    <html lang="en">
      <head>
        <title>To do</title>
        <link rel="stylesheet" href="/app.css" />
      </head>
      <body>
        <Outlet />
      </body>
    </html>
  );
}
