namespace HedgeTech.Ime.Tests.Documentation;

/// <summary>The few members of WPF that the documentation uses, as Microsoft's reference declares them, without an implementation.</summary>
internal static class WpfDeclarations
{
    public const string Source = """
        namespace System.Windows
        {
            public delegate void RoutedEventHandler(object sender, RoutedEventArgs e);
            public class RoutedEventArgs : System.EventArgs;
            public enum MessageBoxResult { None, OK }
            public static class MessageBox
            {
                public static MessageBoxResult Show(Window owner, string messageBoxText) => default;
            }

            public class Window
            {
                public object? DataContext { get; set; }
                public string Title { get; set; } = "";
                public event RoutedEventHandler? Loaded { add { } remove { } }
                public event System.EventHandler? Closed { add { } remove { } }
                public void Close() { }
            }
        }

        namespace System.Windows.Threading
        {
            public class DispatcherTimer
            {
                public System.TimeSpan Interval { get; set; }
                public event System.EventHandler? Tick { add { } remove { } }
                public void Start() { }
                public void Stop() { }
            }
        }

        namespace Prices
        {
            // Stands for the output of the XAML compiler.
            public partial class MainWindow
            {
                private void InitializeComponent() { }
            }
        }
        """;
}
