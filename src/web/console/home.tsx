export default function Home() {
  return <h1>Console</h1>
}
